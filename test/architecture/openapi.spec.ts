import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { root } from './support/cruise.js';

const committed = join(root, 'openapi.json');
const folder = mkdtempSync(join(tmpdir(), 'farebox-openapi-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command with an empty environment, in a folder without `.env`: there is no setting it could use. */
function openapi(...args: string[]): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve, reject) => {
    const command = [join(root, 'scripts/write-openapi.js'), ...args];
    const child = execFile(process.execPath, command, { cwd: folder, env: {} }, (_error, _stdout, stderr) =>
      child.exitCode === null ? reject(new Error(stderr)) : resolve({ code: child.exitCode, stderr }),
    );
  });
}

it('a document that differs, or is not there, is told in one sentence', async () => {
  const text = readFileSync(committed, 'utf8');
  const edited = join(folder, 'edited.json');
  writeFileSync(edited, text.replace('"/register"', '"/registered"'));
  expect(readFileSync(edited, 'utf8')).not.toBe(text);
  const { code, stderr } = await openapi('--check', committed, edited, join(folder, 'absent.json'));
  expect(code).toBe(1);
  expect(stderr.split('\n')).toEqual([
    expect.stringMatching(/^edited\.json is not what the routes say\. Run .+$/),
    expect.stringMatching(/^absent\.json is not what the routes say\. Run .+$/),
    '',
  ]);
});

it('the committed openapi.json is what the routes say, to the byte', async () => {
  const written = join(folder, 'written.json');
  expect(await openapi(written)).toEqual({ code: 0, stderr: '' });
  expect(readFileSync(written, 'utf8')).toBe(readFileSync(committed, 'utf8'));
});
