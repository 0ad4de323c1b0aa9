import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const src = fileURLToPath(new URL('../../src/', import.meta.url));
const config = join('platform', 'config') + sep;

/** `process.env`, `process['env']`, `{ env } = process`, and `env` imported from `node:process`. */
const READS_ENVIRONMENT =
  /\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\s*(?:\?\.)?\[\s*['"`]env|\benv\b[^;{}]*\}\s*(?:=\s*process\b|from\s*['"](?:node:)?process['"])/;

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.[cm]?[jt]s$/.test(file),
);
const readers = sources.filter((file) => READS_ENVIRONMENT.test(readFileSync(join(src, file), 'utf8')));

it('the environment is read in platform/config alone', () => {
  expect(sources.length).toBeGreaterThan(150);
  expect(readers.filter((file) => !file.startsWith(config))).toEqual([]);
});

it('and there it is found, so that the search above can fail', () => {
  expect(readers).toContain(join('platform', 'config', 'read-environment.ts'));
});

it.each([
  `const port = process.env['PORT'];`,
  `const port = process.env.PORT;`,
  `spawn(program, { env: { ...process\n.env } });`,
  `const all = process["env"];`,
  `const { env } = process;`,
  `const { argv, env: all } = process;`,
  `import { argv, env } from 'node:process';`,
  `import { env as all } from "process";`,
])('the search finds %j', (line) => {
  expect(line).toMatch(READS_ENVIRONMENT);
});

it.each([
  `const { env } = settings;`,
  `parseSettings(env); process.exit(1);`,
  `import { argv } from 'node:process';`,
])('and lets %j pass', (line) => {
  expect(line).not.toMatch(READS_ENVIRONMENT);
});
