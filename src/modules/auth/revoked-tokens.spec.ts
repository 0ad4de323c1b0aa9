import { expect, it } from '@jest/globals';
import { TestClock } from '../../../test/support/test-clock.js';
import type { DatabaseStartup } from '../../platform/database/database-startup.js';
import type { Database } from '../../platform/database/database.js';
import type { Listener, Notifications } from '../../platform/database/notifications.js';
import type { Sweep } from '../../platform/jobs/sweep.js';
import { Log } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { RevokedTokens } from './revoked-tokens.js';
import { initialised } from '../../../test/support/initialised.js';

it('what was missed while all are being read again is read after that', async () => {
  const clock = new TestClock(new Date('2027-03-01T00:00:00Z'));
  const inDatabase = new Map<string, Date>();
  const answers: (() => void)[] = [];
  let listener: Listener | undefined;
  const database = {
    // What stands there when it is asked; said when the test lets it.
    run: () =>
      new Promise((resolve) => {
        const rows = [...inDatabase].map(([id, expiresAt]) => ({ id, expiresAt }));
        answers.push(() => resolve(rows));
      }),
  };
  const nothing = { onOpen: () => undefined, register: () => undefined };
  const revoked = initialised(
    new RevokedTokens(
      database as unknown as Database,
      clock,
      nothing as unknown as DatabaseStartup,
      { listen: (_channel: string, given: Listener) => (listener = given) } as unknown as Notifications,
      nothing as unknown as Sweep,
      new Metrics(),
      Log.create('silent'),
    ),
  );

  listener?.onGap();
  inDatabase.set('leaked', new Date(clock.ms() + 3_600_000));
  // The connection is back: whoever listens has nothing to hear of what came before.
  listener?.onGap();
  for (let step = 0; step < 10 && !revoked.has('leaked'); step++) {
    answers.shift()?.();
    await new Promise(setImmediate);
  }
  expect(revoked.has('leaked')).toBe(true);
});
