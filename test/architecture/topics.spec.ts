import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from './support/cruise.js';

/** Texts of the source, by paths in `src/`. */
type Source = ReadonlyMap<string, string>;

const SOURCE: Source = new Map(
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => [file.replaceAll(sep, '/'), readFileSync(join(root, 'src', file), 'utf8')]),
);

/** Topics are constants, so that their names lead from here to there. */
const MADE = /const (\w+) = new Topic\b/g;
const PUBLISHED = /\.publish\(\s*\w+,\s*([\w.]+)/g;
const SUBSCRIBED = /\.subscribe\(\s*([A-Z][A-Z_]*)\b/g;

/** What an application around us can subscribe to: `@OnFarebox('account.opened')`. */
const OFFERED = /^ {2}'[\w.]+': ([A-Z][A-Z_]*),$/gm;

const moduleOf = (file: string): string => file.split('/').slice(0, 2).join('/');

/** The modules in which something is done with each topic, by its name. */
function modules(source: Source, done: RegExp): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [file, text] of source)
    for (const [, topic = ''] of text.matchAll(done))
      found.set(topic, (found.get(topic) ?? new Set()).add(moduleOf(file)));
  return found;
}

/** What is wrong with the topics of a source: those that connect no two modules, and what cannot be followed. */
function wrong(source: Source): string[] {
  const made = [...modules(source, MADE).keys()];
  const published = modules(source, PUBLISHED);
  const subscribed = modules(source, SUBSCRIBED);
  for (const [topic, by] of modules(source, OFFERED))
    subscribed.set(topic, new Set([...(subscribed.get(topic) ?? []), ...by]));
  const lone = made.flatMap((topic) => {
    const [from, to] = [published.get(topic), subscribed.get(topic)];
    if (!from) return [`${topic} has no publisher`];
    if (!to) return [`${topic} has no subscriber`];
    return [...from].filter((name) => to.has(name)).map((name) => `${topic} stays within ${name}`);
  });
  const unknown = [...published.keys(), ...subscribed.keys()].filter((topic) => !made.includes(topic));
  return [...lone, ...unknown.map((topic) => `${topic} is no constant that is a topic`)];
}

it('a topic connects two modules: within one, it is a call in the same transaction', () => {
  expect(modules(SOURCE, MADE).size).toBeGreaterThan(3);
  expect(wrong(SOURCE)).toEqual([]);
});

describe('found are', () => {
  const planted = (...files: [file: string, text: string][]): string[] => wrong(new Map(files));
  const MAKES = "export const PLANTED = new Topic<{ id: string }>('planted');\n";
  const PUBLISHES = 'await this.topics.publish(\n  sql,\n  PLANTED,\n  { id },\n);\n';
  const SUBSCRIBES = "topics.subscribe(\n  PLANTED,\n  'planted',\n  async () => undefined,\n);\n";

  it.each<[string, [file: string, text: string][], string[]]>([
    [
      'a topic of one module',
      [
        ['modules/billing/invoices/one.ts', MAKES + PUBLISHES],
        ['modules/billing/stripe/two.ts', SUBSCRIBES],
      ],
      ['PLANTED stays within modules/billing'],
    ],
    [
      'a second subscriber that is in the module of the publisher',
      [
        ['modules/accounts/one.ts', MAKES + PUBLISHES + SUBSCRIBES],
        ['modules/billing/two.ts', SUBSCRIBES],
      ],
      ['PLANTED stays within modules/accounts'],
    ],
    ['one without a subscriber', [['modules/auth/one.ts', MAKES + PUBLISHES]], ['PLANTED has no subscriber']],
    ['one without a publisher', [['modules/auth/one.ts', MAKES + SUBSCRIBES]], ['PLANTED has no publisher']],
    [
      'one that is published by another name',
      [['modules/auth/one.ts', 'await outbox.publish(tx, this.topic, {});']],
      ['this.topic is no constant that is a topic'],
    ],
  ])('%s', (_what, files, expected) => {
    expect(planted(...files)).toEqual(expected);
  });

  it('none where it connects two', () => {
    expect(
      planted(['modules/accounts/one.ts', MAKES + PUBLISHES], ['modules/billing/two.ts', SUBSCRIBES]),
    ).toEqual([]);
  });
});
