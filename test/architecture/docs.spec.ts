import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { STATUS_OF } from '../../src/platform/http/status-of.js';
import { runProcess } from '../support/processes.js';
import { root } from './support/cruise.js';

const INDEX = 'docs/README.md';
const inDocs = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const PAGES = [...inDocs, 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];

const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** The anchors that GitHub gives the headings of a page. */
const anchorsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) =>
    title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Links of a page within the project, as [file, anchor]; paths from the root. */
const linksOf = (page: string, text = textOf(page)): [file: string, anchor: string][] =>
  [...text.matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(([, path = '', anchor = '']) => [
    path === '' ? page : relative(root, join(root, dirname(page), path)),
    anchor,
  ]);

const broken = (links: [file: string, anchor: string][]): string[] =>
  links
    .filter(
      ([file, anchor]) =>
        !existsSync(join(root, file)) || (anchor !== '' && !anchorsOf(file).includes(anchor)),
    )
    .map(([file, anchor]) => (anchor === '' ? file : `${file}#${anchor}`));

it.each(PAGES)('%s has no marker of a conflict', (page) => {
  // Prettier takes the last one for nested quotations.
  expect(textOf(page).match(/^(<{7} .*|={7}|(> ?){7}.*)$/gm) ?? []).toEqual([]);
});

describe('links', () => {
  it.each(PAGES)('of %s lead to a file, and to a heading that it has', (page) => {
    expect(broken(linksOf(page))).toEqual([]);
  });

  it('that lead nowhere are found', () => {
    const text =
      '[a](missing.md) [b](usage.md#no-such-heading) [c](#nor-this) [d](usage.md) [e](https://x.example)';
    expect(broken(linksOf(INDEX, text))).toEqual([
      'docs/missing.md',
      'docs/usage.md#no-such-heading',
      `${INDEX}#nor-this`,
    ]);
  });

  it('of the index reach every page', () => {
    const reached = new Set(linksOf(INDEX).map(([file]) => file));
    expect(
      [...inDocs, 'SECURITY.md', 'CHANGELOG.md'].filter((page) => page !== INDEX && !reached.has(page)),
    ).toEqual([]);
  });
});

describe('commands', () => {
  /** What may follow each command, by the shell's completion. */
  let words: Map<string, string[]>;

  beforeAll(async () => {
    const completion = (
      await runProcess({ script: join(root, 'dist/cli.js'), args: ['completion', 'bash'] })
    ).stdout();
    words = new Map(
      [...completion.matchAll(/^ {6}'([a-z -]+)'\) words='(.*)' ;;$/gm)].map(([, path = '', list = '']) => [
        path,
        list.split(' '),
      ]),
    );
  });

  /** Commands and options of `npm run farebox -- …` that there are not. */
  function unknown(text: string): string[] {
    return [...text.matchAll(/npm run farebox -- ([^`\n|#]*)/g)].flatMap(([, line = '']) => {
      if (!/^[a-z]/.test(line)) return [];
      const typed = line.trim().split(/\s+/);
      const length = [3, 2, 1].find((n) => words.has(typed.slice(0, n).join(' '))) ?? 0;
      const known = words.get(typed.slice(0, length).join(' ')) ?? [];
      const next = typed[length] ?? '';
      const choices = known.filter((word) => !word.startsWith('--'));
      const isLost = length === 0 || (choices.length > 0 && /^[a-z]/.test(next) && !choices.includes(next));
      const options = line.match(/--[a-z][a-z-]*/g) ?? [];
      return [...(isLost ? [line.trim()] : []), ...options.filter((option) => !known.includes(option))];
    });
  }

  it.each(PAGES)('in %s exist, with their options', (page) => {
    expect(unknown(textOf(page))).toEqual([]);
  });

  it('that do not exist are found', () => {
    const text =
      '`npm run farebox -- usage guess`, `npm run farebox -- doctor --cure`, `npm run farebox -- doctor --json`';
    expect(unknown(text)).toEqual(['usage guess', '--cure']);
  });
});

describe('settings', () => {
  const settings = new Set(
    [...textOf('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name),
  );
  /** Read by Node, by the tests or by the snippets of the dashboard. */
  const OTHERS = ['NODE_OPTIONS', 'CHROMIUM_PATH', 'FAREBOX_TOKEN', 'ENV_FILE'];
  const unknown = (text: string): string[] =>
    [...text.matchAll(/`([A-Z]+(?:_[A-Z]+)+)\b/g)]
      .map(([, name = '']) => name)
      .filter((name) => !settings.has(name) && !OTHERS.includes(name));

  it.each(PAGES.filter((page) => !['CHANGELOG.md', 'CONTRIBUTING.md'].includes(page)))(
    'in %s are in .env.example',
    (page) => {
      expect(unknown(textOf(page))).toEqual([]);
    },
  );

  it('that do not exist are found', () => {
    expect(unknown('`REPORT_INTERVAL`, `REPORT_INTERVALS=5s`')).toEqual(['REPORT_INTERVALS']);
  });
});

it('every error code has what to do in docs/troubleshooting.md', () => {
  const text = textOf('docs/troubleshooting.md');
  expect(Object.keys(STATUS_OF).filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
});
