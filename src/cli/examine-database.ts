import type { Settings } from '../platform/config/settings.js';
import { checkServer } from '../platform/database/check-server.js';
import { describeDatabaseProblem } from '../platform/database/database-problem.js';
import { StartRefusedError } from '../platform/database/start-refused.error.js';
import type { Finding } from '../platform/health/finding.js';

const ANSWERS = 'PostgreSQL answers';

/** Whether the application could use the database that the settings name. */
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
    const version = await checkServer({ connectionString, sessions: settings.get('DATABASE_LISTEN_URL') });
    return [{ check: ANSWERS, level: 'ok', message: `version ${version}` }];
  } catch (error) {
    if (error instanceof StartRefusedError)
      return [{ check: 'PostgreSQL can be used', level: 'problem', message: error.message }];
    return [
      {
        check: ANSWERS,
        level: 'problem',
        message: describeDatabaseProblem(error)?.message ?? 'it cannot be reached',
        advice: 'Check DATABASE_URL, and that PostgreSQL runs.',
      },
    ];
  }
}
