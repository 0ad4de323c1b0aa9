import type { Clock } from '../../src/platform/clock/clock.js';
import type { Notifications } from '../../src/platform/database/notifications.js';
import { Sweep } from '../../src/platform/jobs/sweep.js';
import { WorkQueue, type WorkQueueOptions } from '../../src/platform/jobs/work-queue.js';
import { WorkQueues } from '../../src/platform/jobs/work-queues.js';
import type { DatabaseStartup } from '../../src/platform/database/database-startup.js';
import { Shutdown } from '../../src/platform/lifecycle/shutdown.js';
import { Log } from '../../src/platform/logging/logger.js';
import { initialised } from './initialised.js';
import { Role } from '../../src/platform/lifecycle/role.js';

/** A timer of one test would take the work of the next, by the clock and with the fakes of its own. */
class QueueWithoutTimer extends WorkQueue {
  protected override wakeIn(): void {}
}
class QueuesWithoutTimers extends WorkQueues {
  protected override create(options: WorkQueueOptions): WorkQueue {
    return new QueueWithoutTimer(options, () => this.clock.ms());
  }
}

/** Queues and a sweep that look for work only when the test says so: no notification arrives, and no time passes. */
export class TestQueues {
  private readonly shutdown = new Shutdown(Log.create('silent'));
  readonly sweep: Sweep;
  readonly queues: WorkQueues;

  constructor(clock: Clock) {
    const startup: Pick<DatabaseStartup, 'onReady'> = { onReady: () => undefined };
    this.sweep = initialised(
      new Sweep(startup as DatabaseStartup, this.shutdown, new Role('all'), Log.create('silent')),
    );
    const deaf: Pick<Notifications, 'listen'> = { listen: () => undefined };
    this.queues = initialised(
      new QueuesWithoutTimers(
        clock,
        this.sweep,
        this.shutdown,
        deaf as Notifications,
        startup as DatabaseStartup,
        new Role('all'),
      ),
    );
  }

  /** Runs every search of the sweep; resolves when what was due is done. */
  async work(): Promise<void> {
    await this.sweep.runOnce();
    await this.queues.idle();
  }

  /** Has every queue look, and waits for none. */
  async wake(): Promise<void> {
    await this.sweep.runOnce();
  }

  async stop(): Promise<void> {
    await this.shutdown.run();
  }
}
