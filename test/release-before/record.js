/*
 * `npm run record:statements`, as a release is made: runs the tests with a recorder before PostgreSQL, and keeps each
 * different statement of the application in statements.json, beside the last migration that it knows. Until the next
 * release, `release-before.spec.ts` holds every new migration to them.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'farebox-statements-'));
if (process.argv[2] === undefined) {
  const jest = path('../../node_modules/jest/bin/jest.js');
  const { status } = spawnSync(
    process.execPath,
    ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, 'src', 'test/e2e'],
    { stdio: 'inherit', env: { ...process.env, FAREBOX_RECORD_STATEMENTS: folder } },
  );
  if (status !== 0) process.exit(1);
}

/** Lists of parameters differ in their length alone. */
const shapeOf = (statement) =>
  statement
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\(\$\d+(?:, ?\$\d+)*\)(?:, ?\(\$\d+(?:, ?\$\d+)*\))*/g, '(…)');

/** Tables that specs make. */
const OF_SPECS = /\b(?:from|into|update) "?(?:chores|lamps|notes)\b/;

const statements = new Map();
for (const file of readdirSync(folder))
  for (const statement of read(join(folder, file)).filter((each) => !OF_SPECS.test(each)))
    statements.set(shapeOf(statement), statement.trim());

const migration = read(path('../../migrations/meta/_journal.json')).entries.at(-1).tag;
writeFileSync(
  path('statements.json'),
  `${JSON.stringify({ migration, statements: [...statements.values()].toSorted() }, null, 2)}\n`,
);
if (process.argv[2] === undefined) rmSync(folder, { recursive: true });
process.stdout.write(`${statements.size} statements of a program that knows ${migration}\n`);
