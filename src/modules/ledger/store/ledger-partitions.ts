import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { isLockTimeout } from '../../../platform/database/database-errors.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { Log } from '../../../platform/logging/logger.js';
import { createPartitionsAhead, dropPartitions } from './partitions.js';

const DEADLINE_MS = 5_000;
/**
 * Creating or dropping a partition locks the whole ledger for a moment. While a long read runs (a backup, a
 * reconciliation), the lock waits for it, and calls queue behind that lock.
 */
const LOCK_WAIT_MS = 200;

/** Maintains the partitions: created a week ahead, dropped after LEDGER_RETENTION once every reader is done. */
@Injectable()
export class LedgerPartitions implements OnModuleInit {
  private readonly log: Log;
  private complained = '';

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly sweep: Sweep,
    log: Log,
  ) {
    this.log = log.named('ledger');
  }

  onModuleInit(): void {
    this.sweep.register('ledger.partitions', () => this.keep(), 'everywhere');
  }

  private async keep(): Promise<void> {
    const client = await this.database.connect('partitions', DEADLINE_MS);
    try {
      await client.query(`set lock_timeout = ${LOCK_WAIT_MS}`);
      await createPartitionsAhead(client, this.clock.ms());
      const { dropped, needed } = await dropPartitions(
        client,
        this.clock.ms() - this.settings.get('LEDGER_RETENTION'),
      );
      if (dropped.length > 0)
        this.log.info('Days of the ledger were dropped after LEDGER_RETENTION.', { days: dropped });
      this.logNeeded(needed);
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      this.log.info('A long-running query holds the ledger: its partitions wait for the next sweep.');
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private logNeeded(days: readonly string[]): void {
    const said = days.join(' ');
    if (said !== '' && said !== this.complained)
      this.log.warn(
        'Days of the ledger are past LEDGER_RETENTION but not read yet by everybody, so they stay.',
        { days },
      );
    this.complained = said;
  }
}
