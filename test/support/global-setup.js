import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Chooses the folder of this run's PostgreSQL. It is made, and the server started, by the first test that needs it. */
export default function globalSetup() {
  process.env.FAREBOX_TEST_POSTGRES_HOME = join(tmpdir(), `farebox-test-${randomBytes(8).toString('hex')}`);
}
