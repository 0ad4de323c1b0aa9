import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import type pg from 'pg';
import { Database } from '../../platform/database/database.js';
import { type CountedMeter, MeterCounter } from '../meters/index.js';

const LOCK = 'usage reporter';
const QUERY_DEADLINE_MS = 120_000;

type Work<T> = (client: pg.Client, meters: readonly CountedMeter[]) => Promise<T>;

/** A cluster-wide lock for reporting, reconciling and settling: none changes what another is reading. */
@Injectable()
export class UsageReportingLock {
  /** Waiting within the process: however many wait, one connection is used. */
  private readonly queue = new PQueue({ concurrency: 1 });

  constructor(
    private readonly database: Database,
    private readonly counter: MeterCounter,
  ) {}

  /**
   * Meters everything in the ledger, then runs `work` while it holds the lock.
   * @param waitMs how long to wait for the lock.
   * @returns `undefined`, without running it, when the lock is held or a meter is missing at the provider.
   */
  async withLock<T>(waitMs: number, work: Work<T>): Promise<T | undefined> {
    if (waitMs <= 0 && this.queue.pending > 0) return undefined;
    const deadline = performance.now() + waitMs;
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), waitMs);
    try {
      return await this.queue.add(
        async () => {
          // Work that has begun is not aborted.
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
    const held = await this.database.withLockOnOwn(
      { name: LOCK, wait, deadlineMs: QUERY_DEADLINE_MS },
      async (client) => {
        const meters = await this.counter.catchUp(client);
        return meters && (await work(client, meters));
      },
    );
    return held?.result;
  }
}
