import { type BeforeApplicationShutdown, Injectable, type OnModuleInit } from '@nestjs/common';
import { Catalog } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { Notifications } from '../../../platform/database/notifications.js';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
import { newId } from '../../../platform/ids/ids.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { MeterTest } from '../../usage/index.js';
import type { ProgressStream } from './progress-stream.js';
import { RunningTest, type TestOrder } from './running-test.js';

/** The channel on which a stop is announced; the payload is `<process>:<meter>`. */
const STOPPED = 'meter_test_stopped';
const FOLLOWERS = 20;
const TICK_MS = 1_000;
const HEARTBEAT_TICKS = 15;
/** How long a test goes on without followers, so that a client that lost its connection can reconnect. In milliseconds. */
export const PATIENCE_MS = 10_000;

/**
 * The meter tests that run in this process: one per meter. A test runs while it has a follower, its time is not over
 * and the process runs; nothing of it is stored.
 */
@Injectable()
export class MeterTests implements BeforeApplicationShutdown, OnModuleInit {
  private readonly self = newId();
  private readonly running = new Map<string, RunningTest>();
  /** Since when a test has no follower, in milliseconds since the epoch. */
  private readonly alone = new Map<RunningTest, number>();
  /** Running tests, and the last check of stopped ones. */
  private readonly ending = new Set<Promise<void>>();
  private readonly log: Log;
  private timer: NodeJS.Timeout | undefined;
  private ticks = 0;
  private stopped = false;

  constructor(
    private readonly catalog: Catalog,
    private readonly test: MeterTest,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly shutdown: Shutdown,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('admin');
    metrics.gauge('meter_tests', 'Tests of meters that run.', () => this.running.size);
  }

  onModuleInit(): void {
    this.notifications.listen(STOPPED, {
      onPayload: (payload) => this.hear(payload),
      // A missed stop does no harm: a test without followers ends after a while.
      onGap: () => undefined,
    });
    // The last check may be querying the database.
    this.shutdown.beforeDrain(async () => void (await Promise.allSettled(this.ending)));
  }

  isRunning(meter: string): boolean {
    return this.running.has(meter);
  }

  /**
   * Starts a test, or follows the one that runs when it is such a test.
   * @throws {FareboxError} `not_found`, `change_refused`, `rate_limited`, `shutting_down`
   */
  start(order: TestOrder, stream: ProgressStream): void {
    this.assertMeter(order.meter);
    if (this.stopped)
      throw new FareboxError('shutting_down', 'The service is restarting. Try again.', {
        retryAfterSeconds: 1,
      });
    if (order.synthetic && this.settings.live)
      throw new FareboxError(
        'change_refused',
        'The Stripe key is a live one: a synthetic customer would be billed for real. Run the test without it, or with a test mode key.',
      );
    const test = this.running.get(order.meter) ?? this.begin(order);
    if (test.order.synthetic !== order.synthetic)
      throw new FareboxError(
        'change_refused',
        `A test of this meter is already running, ${test.order.synthetic ? 'with' : 'without'} a synthetic customer. Follow it, or stop it first.`,
      );
    this.add(stream, test);
  }

  /** @throws {FareboxError} `not_found` also when no test of it runs in this process; `rate_limited` */
  follow(meter: string, stream: ProgressStream): void {
    this.assertMeter(meter);
    const test = this.running.get(meter);
    if (!test) throw new FareboxError('not_found', 'No test of this meter is running. Start one.');
    this.add(stream, test);
  }

  /**
   * In every process; nothing happens when none runs.
   * @throws {FareboxError} `not_found`; `database_unavailable` when none runs here and the others cannot be notified.
   */
  async stop(meter: string): Promise<void> {
    this.assertMeter(meter);
    const here = this.running.get(meter);
    here?.end('stopped');
    try {
      await this.database.transaction((tx) => Notifications.notify(tx, STOPPED, `${this.self}:${meter}`));
    } catch (error) {
      if (!here) throw error;
      this.log.warn('Other processes were not told that a meter test was stopped.', {}, error);
    }
  }

  /** Before the HTTP server closes, which waits for open responses. */
  beforeApplicationShutdown(): void {
    this.stopped = true;
    for (const test of this.running.values()) test.end('shutting_down');
  }

  private assertMeter(name: string): void {
    if (!this.catalog.meters.some((meter) => meter.name === name))
      throw new FareboxError('not_found', 'The catalog has no meter of this name. See GET /admin/meters.');
  }

  private begin(order: TestOrder): RunningTest {
    const { meter, synthetic } = order;
    const test = new RunningTest(order, this.clock.now(), (outcome) => {
      this.running.delete(meter);
      this.alone.delete(test);
      this.log.info('A meter test ended.', { meter, outcome });
    });
    this.running.set(meter, test);
    this.log.info('A meter test began.', { meter, synthetic });
    const run = test
      .run(this.test)
      .catch((error: unknown) => this.log.error('A meter test broke.', { meter }, error))
      .finally(() => this.ending.delete(run));
    this.ending.add(run);
    this.timer ??= setInterval(() => this.tick(), TICK_MS).unref();
    return test;
  }

  private add(stream: ProgressStream, test: RunningTest): void {
    if (test.followers.size >= FOLLOWERS)
      throw new FareboxError('rate_limited', 'Too many clients follow this test. Close one of them.', {
        retryAfterSeconds: 10,
      });
    this.alone.delete(test);
    test.follow(stream);
  }

  private tick(): void {
    const beats = ++this.ticks % HEARTBEAT_TICKS === 0;
    const now = this.clock.ms();
    for (const test of this.running.values()) {
      for (const stream of test.followers) {
        if (!stream.mayFollow()) stream.end();
        else if (beats) stream.beat();
      }
      if (test.followers.size > 0) continue;
      const since = this.alone.get(test) ?? now;
      this.alone.set(test, since);
      if (now - since >= PATIENCE_MS) test.end('unfollowed');
    }
    if (this.running.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private hear(payload: string): void {
    const [from = '', ...meter] = payload.split(':');
    if (from !== this.self) this.running.get(meter.join(':'))?.end('stopped');
  }
}
