import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';
import { root } from './support/cruise.js';

/** The names that a module's front door may offer, values and types: more cannot be learnt, and show its inner rooms. */
const MOST = 25;

/** Front doors that are to become smaller, with the names they have. */
const LARGER: Readonly<Record<string, number>> = { billing: 61 };

const folder = join(root, 'src/modules');

/** The names that a front door exports, one by one. */
function namesOf(text: string): string[] {
  return ts
    .createSourceFile('index.ts', text, ts.ScriptTarget.Latest)
    .statements.filter(ts.isExportDeclaration)
    .flatMap(({ exportClause }) =>
      exportClause && ts.isNamedExports(exportClause)
        ? exportClause.elements.map(({ name }) => name.text)
        : ['*'],
    );
}

/** What is wrong with a front door; undefined when nothing is. */
function wrong(module: string, text: string): string | undefined {
  const names = namesOf(text);
  if (names.includes('*')) return `${module} exports all of a file: list the names`;
  const most = LARGER[module] ?? MOST;
  return names.length > most ? `${module} offers ${names.length} names, more than ${most}` : undefined;
}

it('the front door of a module offers few names, each listed', () => {
  const modules = readdirSync(folder);
  expect(modules.length).toBeGreaterThan(8);
  const found = modules.map((name) => wrong(name, readFileSync(join(folder, name, 'index.ts'), 'utf8')));
  expect(found.filter((one) => one !== undefined)).toEqual([]);
});

it('a module that may offer more exists', () => {
  expect(Object.keys(LARGER).filter((name) => !readdirSync(folder).includes(name))).toEqual([]);
});

it.each([
  [
    Array.from({ length: 26 }, (_, n) => `export { Name${n} } from './inner.js';`).join('\n'),
    'ledger offers 26 names, more than 25',
  ],
  [
    `export { type A, ${Array.from({ length: 25 }, (_, n) => `N${n}`).join(', ')} } from './inner.js';`,
    'ledger offers 26 names, more than 25',
  ],
  [`export * from './inner.js';`, 'ledger exports all of a file: list the names'],
  [`export * as inner from './inner.js';`, 'ledger exports all of a file: list the names'],
])('finds %j', (planted, expected) => {
  expect(wrong('ledger', planted)).toBe(expected);
});

it('leaves 25 names alone', () => {
  const text = `export { ${Array.from({ length: 25 }, (_, n) => `N${n}`).join(', ')} } from './inner.js';`;
  expect(wrong('ledger', text)).toBeUndefined();
});
