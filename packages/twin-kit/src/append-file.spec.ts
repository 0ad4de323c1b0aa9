import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppendFile } from './append-file.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'append-file-'));
});

afterEach(() => rmSync(dir, { recursive: true }));

describe('AppendFile', () => {
  it('carries on at the end of a file that is there, and counts bytes, not characters', () => {
    const path = join(dir, 'a');
    const first = new AppendFile(path);
    first.append('ä\n');
    expect(first.bytes).toBe(3);
    first.close();
    const second = new AppendFile(path);
    second.append('b\n');
    expect(second.bytes).toBe(5);
    second.close();
    expect(readFileSync(path, 'utf8')).toBe('ä\nb\n');
  });

  it('leaves nothing of a write that the system cut short', async () => {
    const path = join(dir, 'limited');
    const program = `
      const { AppendFile } = await import(${JSON.stringify(pathToFileURL(resolve('packages/twin-kit/dist/append-file.js')).href)});
      const file = new AppendFile(${JSON.stringify(path)});
      file.append('x'.repeat(3000) + '\\n');
      try { file.append('y'.repeat(90000) + '\\n'); } catch (error) { console.log(error.code); }
      file.append('z\\n');`;
    // The shell's limit of 8 blocks makes the second write a partial one, as a full disk would.
    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      'ulimit -f 8; exec "$0" --input-type=module -e "$1"',
      process.execPath,
      program,
    ]);
    expect(stdout.trim()).toBe('EFBIG');
    expect(readFileSync(path, 'utf8')).toBe(`${'x'.repeat(3000)}\nz\n`);
  });
});
