import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Ends this run's PostgreSQL at once. After a run that was cut off it ends by itself, with its folder, as nobody uses it. */
export default async function globalTeardown() {
  const home = process.env.FAREBOX_TEST_POSTGRES_HOME;
  rmSync(`${home}-stripe`, { recursive: true, force: true });
  const state = join(home, 'postgres', 'supervisor.json');
  if (!existsSync(state)) return;
  try {
    process.kill(JSON.parse(readFileSync(state, 'utf8')).pid, 'SIGTERM');
  } catch (error) {
    // It has just ended by itself.
    if (error.code !== 'ESRCH' && error.code !== 'ENOENT') throw error;
  }
  for (const deadline = Date.now() + 20_000; existsSync(home) && Date.now() < deadline;) await delay(20);
  rmSync(home, { recursive: true, force: true });
}
