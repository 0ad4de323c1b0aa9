import { cpSync, existsSync, mkdirSync } from 'node:fs';
import type { TestDatabaseOptions } from './postgres.js';

/** Applies the example catalog: to the database at `databaseUrl`, and to a Stripe twin that keeps its data in `dir`. */
export type ApplyExample = (databaseUrl: string, dir: string) => Promise<void>;

/** Beside the run's PostgreSQL, and removed with it. */
const twinDir = (): string => `${process.env['FAREBOX_TEST_POSTGRES_HOME']}-stripe`;

/**
 * The example catalog, applied once a test run: whoever starts with it takes a copy of the twin's data and of the
 * database, instead of applying it again.
 */
export function appliedCatalog(
  apply: ApplyExample,
): Required<TestDatabaseOptions> & { copyTwin(to: string): void } {
  return {
    template: {
      name: 'applied',
      prepare: async (url) => {
        mkdirSync(twinDir(), { recursive: true });
        await apply(url, twinDir());
      },
    },
    copyTwin: (to) => {
      if (!existsSync(twinDir()))
        throw new Error('the database has to be made first: that applies the catalog');
      cpSync(twinDir(), to, { recursive: true });
    },
  };
}
