import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { slowExpressions } from './support/slow-expressions.js';

const src = fileURLToPath(new URL('../../src/', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
);

it('no regular expression takes more than linear time', () => {
  const found = files.map((file) => slowExpressions(file, readFileSync(join(src, file), 'utf8')));
  expect(found.reduce((sum, { expressions }) => sum + expressions, 0)).toBeGreaterThan(100);
  expect(found.flatMap(({ slow }) => slow)).toEqual([]);
});

it.each([
  String.raw`const EMAILS = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;`,
  String.raw`url.replace(/\/+$/, '');`,
  String.raw`const ID = /^(?:.*\d.*\d.*\d.*|.{33,})$/;`,
])('the search finds %s', (line) => {
  expect(slowExpressions('a.ts', line).slow).toHaveLength(1);
});
