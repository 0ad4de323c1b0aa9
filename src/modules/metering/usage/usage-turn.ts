import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Database } from '../../../platform/database/database.js';
import { MeterCounter } from '../meters/meter-counter.js';
import type { CountedMeter } from '../meters/counted-meter.js';

const LOCK = 'usage reporter';
const QUERY_DEADLINE_MS = 120_000;

/** Reporting, reconciling and settling take turns, in the whole cluster: what one of them reads, no other changes. */
@Injectable()
export class UsageTurn {
  constructor(
    private readonly database: Database,
    private readonly counter: MeterCounter,
  ) {}

  /**
   * Counts everything that is in the ledger, then does `work`, while nobody else reports.
   * @param waitMs how long to wait for another process that is at it.
   * @returns `undefined` without doing it when another process is at it, or a meter is missing at the provider.
   */
  async take<T>(
    waitMs: number,
    work: (client: pg.Client, meters: readonly CountedMeter[]) => Promise<T>,
  ): Promise<T | undefined> {
    const turn = await this.database.withLock(LOCK, waitMs, async () => {
      const client = await this.database.connect('usage', QUERY_DEADLINE_MS);
      try {
        const meters = await this.counter.catchUp(client);
        return meters && (await work(client, meters));
      } finally {
        await client.end().catch(() => undefined);
      }
    });
    return turn?.result;
  }
}
