import type { Settings } from '../platform/config/settings.js';
import { checkServer } from '../platform/database/check-server.js';
import { openClient } from '../platform/database/connections.js';
import { describeDatabaseProblem } from '../platform/database/database-problem.js';
import { assertSupported, readSchemaState } from '../platform/database/schema-version.js';
import { StartRefusedError } from '../platform/database/start-refused.error.js';
import type { Finding } from '../platform/health/finding.js';

const ANSWERS = 'PostgreSQL is reachable';

/** Whether the application could use the configured database. */
export async function examineDatabase(settings: Settings): Promise<Finding[]> {
  const connectionString = settings.get('DATABASE_URL');
  if (connectionString === undefined)
    return [
      {
        check: ANSWERS,
        level: 'ok',
        message: `embedded, under ${settings.get('FAREBOX_HOME')}: it starts with the application`,
      },
    ];
  try {
    const sessions = settings.get('DATABASE_LISTEN_URL');
    const version = await checkServer({ connectionString, sessions });
    return [
      { check: ANSWERS, level: 'ok', message: `version ${version}` },
      await examineSchema(sessions ?? connectionString),
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

async function examineSchema(connectionString: string): Promise<Finding> {
  const check = 'The schema is compatible with this release';
  const client = await openClient(connectionString, 'farebox check');
  try {
    const state = await readSchemaState(client);
    assertSupported(state);
    const pending = state.pending.length;
    if (pending === 0)
      return { check, level: 'ok', message: state.isNewer ? 'it is newer' : 'it is up to date' };
    const message = `${pending} pending migrations, applied at startup`;
    return { check, level: 'ok', message };
  } finally {
    await client.end();
  }
}
