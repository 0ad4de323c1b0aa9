import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import type pg from 'pg';
import { Database } from '../../../platform/database/database.js';
import { MeterCounter } from '../meters/meter-counter.js';
import type { CountedMeter } from '../meters/counted-meter.js';

const LOCK = 'usage reporter';
const QUERY_DEADLINE_MS = 120_000;

type Work<T> = (client: pg.Client, meters: readonly CountedMeter[]) => Promise<T>;

/** Reporting, reconciling and settling take turns, in the whole cluster: what one of them reads, no other changes. */
@Injectable()
export class UsageTurn {
  /** Those of this process queue here first: however many wait, one connection is enough. */
  private readonly queue = new PQueue({ concurrency: 1 });

  constructor(
    private readonly database: Database,
    private readonly counter: MeterCounter,
  ) {}

  /**
   * Counts everything that is in the ledger, then does `work`, while nobody else reports.
   * @param waitMs how long to wait for others who are at it.
   * @returns `undefined` without doing it when another is at it, or a meter is missing at the provider.
   */
  async take<T>(waitMs: number, work: Work<T>): Promise<T | undefined> {
    if (waitMs <= 0 && this.queue.pending > 0) return undefined;
    const deadline = performance.now() + waitMs;
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), waitMs);
    try {
      return await this.queue.add(
        async () => {
          // What has begun is not abandoned.
          clearTimeout(timer);
          return this.inCluster(Math.max(0, deadline - performance.now()), work);
        },
        { signal: patience.signal },
      );
    } catch (error) {
      if (patience.signal.aborted) return undefined;
      throw error;
    }
  }

  private async inCluster<T>(wait: number, work: Work<T>): Promise<T | undefined> {
    const turn = await this.database.withLockOnOwn(
      { name: LOCK, wait, deadlineMs: QUERY_DEADLINE_MS },
      async (client) => {
        const meters = await this.counter.catchUp(client);
        return meters && (await work(client, meters));
      },
    );
    return turn?.result;
  }
}
