import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const src = fileURLToPath(new URL('../../src/', import.meta.url));
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const readers = (): string[] =>
  sources.filter((file) => readFileSync(join(src, file), 'utf8').includes('process.env'));

it('the environment is read in platform/config alone', () => {
  expect(sources.length).toBeGreaterThan(150);
  expect(readers().filter((file) => !file.startsWith(join('platform', 'config')))).toEqual([]);
});

it('and there it is found, so that the search above can fail', () => {
  expect(readers()).toContain(join('platform', 'config', 'read-environment.ts'));
});
