import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Log } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';

/** A full spool loses every call: the log has a line now and then, and the metric has all of them. */
const LOG_EVERY_MS = 10_000;

/**
 * Calls whose answer has left and that neither PostgreSQL nor the spool took: they are in no ledger and on no bill.
 * There are some only with LEDGER_DURABILITY=async, and of streams, whose units are known after their headers.
 */
@Injectable()
export class LostCalls {
  private readonly log: Log;
  private readonly counter;
  private unlogged = 0;
  private loggedAt = -Infinity;

  constructor(
    private readonly clock: Clock,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('ledger');
    this.counter = metrics.counter(
      'ledger_calls_lost_total',
      'Calls that were answered and that neither PostgreSQL nor the spool took: they are never billed.',
    );
  }

  add(cause: unknown): void {
    this.counter.inc();
    this.unlogged += 1;
    if (this.clock.ms() - this.loggedAt < LOG_EVERY_MS) return;
    this.log.error(
      'Calls were answered that neither PostgreSQL nor the spool took: they are lost and never billed. Check the database and the disk of SPOOL_DIR.',
      { calls: this.unlogged },
      cause,
    );
    this.loggedAt = this.clock.ms();
    this.unlogged = 0;
  }
}
