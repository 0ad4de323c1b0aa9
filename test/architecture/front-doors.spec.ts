import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';
import { root } from './support/cruise.js';

/** The names that a module's front door may offer, values and types: more cannot be learnt, and show its inner rooms. */
const MOST = 25;

const folder = join(root, 'src/modules');

/** The front doors: of each module its index.ts, and the ports of billing, a door for each family. */
function doors(): string[] {
  const ports = readdirSync(join(folder, 'billing/ports')).filter((file) => file.endsWith('.ts'));
  return [
    ...readdirSync(folder).map((name) => `${name}/index.ts`),
    ...ports.map((file) => `billing/ports/${file}`),
  ];
}

/** The names that a front door exports, one by one: listed, or declared in it. */
function namesOf(text: string): string[] {
  return ts.createSourceFile('index.ts', text, ts.ScriptTarget.Latest).statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause } = statement;
      const listed = exportClause && ts.isNamedExports(exportClause);
      return listed ? exportClause.elements.map(({ name }) => name.text) : ['*'];
    }
    const exported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!exported) return [];
    return ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map(() => 'declared')
      : ['declared'];
  });
}

/** What is wrong with a front door; undefined when nothing is. */
function wrong(door: string, text: string): string | undefined {
  const names = namesOf(text);
  if (names.includes('*')) return `${door} exports all of a file: list the names`;
  return names.length > MOST ? `${door} offers ${names.length} names, more than ${MOST}` : undefined;
}

it('the front door of a module offers few names, each listed', () => {
  expect(doors().length).toBeGreaterThan(16);
  const found = doors().map((door) => wrong(door, readFileSync(join(folder, door), 'utf8')));
  expect(found.filter((one) => one !== undefined)).toEqual([]);
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
  [
    `${'export interface A { a: string }\n'.repeat(25)}export const LAST = 1;`,
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
