import { Injectable, type OnModuleInit } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Shutdown } from '../../platform/lifecycle/shutdown.js';
import { Log } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { AnalyticsGateway, CallsRefusedError } from './analytics-gateway.js';

const CAPACITY = 10_000;
const BATCH = 100;
const LINGER_MS = 500;
const RETRY_MS = 2_000;
const FLUSH_DEADLINE_MS = 8_000;

/**
 * Unpaid calls on their way to the analytics provider: a bounded queue in memory, sent in batches, flushed when the
 * process ends. A batch that did not arrive is retried; when the queue is full the oldest are dropped and counted.
 */
@Injectable()
export class CallQueue implements OnModuleInit {
  private queue: string[] = [];
  private sending: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private flushing = false;
  private complained = false;
  private readonly log: Log;
  private readonly sent;
  private readonly dropped;

  constructor(
    private readonly gateway: AnalyticsGateway,
    private readonly shutdown: Shutdown,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('analytics');
    this.sent = metrics.counter(
      'analytics_calls_sent_total',
      'Unpaid calls that the analytics provider took.',
    );
    this.dropped = metrics.counter(
      'analytics_calls_dropped_total',
      'Unpaid calls dropped: the queue was full, the process ended, or the provider refused them.',
    );
    metrics.gauge(
      'analytics_calls_queued',
      'Unpaid calls that wait for the analytics provider.',
      () => this.queue.length,
    );
  }

  onModuleInit(): void {
    this.shutdown.drain(() => this.flush());
  }

  add(call: string): void {
    if (!this.gateway.enabled) return;
    if (this.queue.length >= CAPACITY) {
      this.queue.shift();
      this.dropped.inc();
    }
    this.queue.push(call);
    if (this.queue.length >= BATCH) this.schedule(0);
    else this.schedule(LINGER_MS);
  }

  /** Counts a call that is not even queued. */
  drop(): void {
    this.dropped.inc();
  }

  /** Sends the queued calls, for as long as the deadline allows. */
  private async flush(): Promise<void> {
    this.flushing = true;
    clearTimeout(this.timer);
    const all = (async () => {
      await this.sending;
      while (this.queue.length > 0) await this.sendBatch();
    })();
    await Promise.race([all, delay(FLUSH_DEADLINE_MS, undefined, { ref: false })]);
    if (this.queue.length === 0) return;
    this.dropped.inc(this.queue.length);
    this.log.warn('Calls were dropped at shutdown: the analytics provider did not take them.', {
      calls: this.queue.length,
    });
    this.queue = [];
  }

  private schedule(ms: number): void {
    if (this.sending || this.flushing) return;
    if (ms === 0) clearTimeout(this.timer);
    else if (this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.sending = this.sendBatch().finally(() => {
        this.sending = undefined;
        if (this.queue.length > 0)
          this.schedule(this.complained ? RETRY_MS : this.queue.length >= BATCH ? 0 : LINGER_MS);
      });
    }, ms);
    this.timer.unref();
  }

  private async sendBatch(): Promise<void> {
    const batch = this.queue.splice(0, BATCH);
    try {
      await this.gateway.send(batch.map((call) => Buffer.from(call)));
      this.sent.inc(batch.length);
      this.complained = false;
    } catch (error) {
      if (error instanceof CallsRefusedError) {
        this.dropped.inc(batch.length);
        this.log.warn(
          'The analytics provider refused unpaid calls; they are dropped.',
          { calls: batch.length },
          error,
        );
        return;
      }
      this.queue = [...batch, ...this.queue].slice(-CAPACITY);
      if (!this.complained)
        this.log.warn(
          'The analytics provider does not take calls; they are kept and tried again.',
          {},
          error,
        );
      this.complained = true;
      if (this.flushing) await delay(RETRY_MS / 4, undefined, { ref: false });
    }
  }
}
