import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { readEnvFile } from './read-environment.js';
import { readTextFile } from './text-file.js';

const folder = mkdtempSync(join(tmpdir(), 'farebox-text-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MARK = '\uFEFF';
let files = 0;
function file(content: string | Buffer): string {
  const path = join(folder, `file-${++files}`);
  writeFileSync(path, content);
  return path;
}

it('takes a byte order mark off, and reads the line ends of every system', () => {
  expect(readTextFile(file(`${MARK}a: 1\r\nb: 2\rc: 3\n`))).toBe('a: 1\nb: 2\nc: 3\n');
});

it('.env with a byte order mark: its first setting is there', () => {
  const text = `${MARK}DATABASE_URL=postgresql://db/farebox\r\nPORT=3001\r\n`;
  expect(readEnvFile(file(text), true)).toEqual({ DATABASE_URL: 'postgresql://db/farebox', PORT: '3001' });
});

it('takes off the marks of files that were put together', () => {
  const text = `${MARK}A=1\r\n${MARK}PORT=3001\r\n`;
  expect(readEnvFile(file(text), true)).toEqual({ A: '1', PORT: '3001' });
});

const latin1 = Buffer.from('NAME=caf\xe9\n', 'latin1');
const utf16 = Buffer.from(`${MARK}PORT=3001\n`, 'utf16le');

it.each([
  ['Latin-1', latin1, 'is not UTF-8: save it as UTF-8'],
  ['UTF-16', utf16, 'is UTF-16: save it as UTF-8'],
  ['UTF-16 without a mark', Buffer.from('PORT=3001\n', 'utf16le'), 'is UTF-16: save it as UTF-8'],
  ['UTF-16, big endian', Buffer.from(utf16).swap16(), 'is UTF-16: save it as UTF-8'],
])('refuses %s with the reason', (_what, bytes, reason) => {
  const path = file(bytes);
  expect(() => readEnvFile(path, true)).toThrow(`ENV_FILE ${reason}`);
});

it('a missing file is none of settings, unless it was named', () => {
  const path = join(folder, 'none');
  expect(readEnvFile(path, false)).toEqual({});
  expect(() => readEnvFile(path, true)).toThrow('ENV_FILE cannot be read (ENOENT)');
});
