import type { Settings } from '../platform/config/settings.js';
import { checkServer } from '../platform/database/check-server.js';
import type { DatabaseAddress } from '../platform/database/connections.js';
import { describeDatabaseProblem } from '../platform/database/database-problem.js';
import { type MigrateMode, SettingsDatabaseSource } from '../platform/database/database-source.js';
import { checkSchema } from '../platform/database/migrate.js';
import { StartRefusedError } from '../platform/database/start-refused.error.js';
import type { Finding } from '../platform/health/finding.js';

const ANSWERS = 'PostgreSQL is reachable';

/** Whether the application could use the configured database. */
export async function examineDatabase(settings: Settings): Promise<Finding[]> {
  if (settings.get('DATABASE_URL') === undefined)
    return [
      {
        check: ANSWERS,
        level: 'ok',
        message: `embedded, under ${settings.get('FAREBOX_HOME')}: it starts with the application`,
      },
    ];
  try {
    const source = new SettingsDatabaseSource(settings);
    const address = await source.address();
    const version = await checkServer(address);
    return [
      { check: ANSWERS, level: 'ok', message: `version ${version}` },
      await examineSchema(address, source.migrate),
    ];
  } catch (error) {
    if (error instanceof StartRefusedError)
      return [{ check: 'PostgreSQL can be used', level: 'problem', message: error.message }];
    return [
      {
        check: ANSWERS,
        level: 'problem',
        message: describeDatabaseProblem(error)?.message ?? 'it cannot be reached',
        advice: 'Check DATABASE_URL, and that PostgreSQL is running.',
      },
    ];
  }
}

async function examineSchema(address: DatabaseAddress, mode: MigrateMode): Promise<Finding> {
  const check = 'The schema is compatible with this release';
  const { pending, isNewer } = await checkSchema(address);
  if (pending.length === 0)
    return { check, level: 'ok', message: isNewer ? 'it is newer' : 'it is up to date' };
  const message = `${pending.length} pending migrations`;
  return mode === 'startup'
    ? { check, level: 'ok', message: `${message}, applied at startup` }
    : { check, level: 'problem', message, advice: 'Run: npx farebox migrate' };
}
