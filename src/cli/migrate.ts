import { useSandboxSettings, readSettings } from '../platform/config/read-environment.js';
import { checkServer } from '../platform/database/check-server.js';
import { SettingsDatabaseSource } from '../platform/database/database-source.js';
import { checkSchema, migrateDatabase } from '../platform/database/migrate.js';
import type { SchemaState } from '../platform/database/schema-version.js';
import { reaching } from './command-context.js';
import type { OutputOptions } from './output.js';

/** With `check` it changes nothing, and the exit code is 1 when a migration is pending. */
export async function migrateSchema({ check, json }: OutputOptions & { check?: boolean }): Promise<void> {
  useSandboxSettings();
  const address = await new SettingsDatabaseSource(readSettings()).address();
  const state = await reaching(async () => {
    await checkServer(address);
    return check ? checkSchema(address) : migrateDatabase(address);
  });
  if (check && state.pending.length > 0) process.exitCode = 1;
  console.log(json ? JSON.stringify(state) : describe(state, check === true));
}

function describe({ pending, isNewer }: SchemaState, check: boolean): string {
  if (isNewer) return 'The schema belongs to a newer release, which this one is compatible with.';
  if (pending.length === 0) return 'The schema is up to date.';
  const list = pending.map((name) => `  ${name}`).join('\n');
  return check ? `Pending migrations, for "npm run farebox -- migrate":\n${list}` : `Migrated:\n${list}`;
}
