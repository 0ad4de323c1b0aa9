import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';

/** A full spool loses every call: the log gets a line at this interval, and the metric counts all of them. */
const LOG_EVERY_MS = 10_000;

/**
 * Calls whose answer has left and that neither PostgreSQL nor the spool stored: they are in no ledger and on no bill.
 * They occur only with LEDGER_DURABILITY=async, and with streams, whose units are known after their headers.
 */
@Injectable()
export class LostCalls {
  private readonly log: Log;
  private readonly calls;
  private readonly units;
  private readonly unlogged = { calls: 0, units: 0 };
  private loggedAt = -Infinity;

  constructor(
    private readonly clock: Clock,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('ledger');
    this.calls = metrics.counter(
      'ledger_calls_lost_total',
      'Calls that were answered and that neither PostgreSQL nor the spool took: they are never billed.',
    );
    this.units = metrics.counter(
      'ledger_units_lost_total',
      'Units of those calls, and units that came after answers and that neither PostgreSQL nor the spool took.',
    );
  }

  add(units: number, cause: unknown): void {
    this.calls.inc();
    this.units.inc(units);
    this.unlogged.calls += 1;
    this.unlogged.units += units;
    if (this.clock.ms() - this.loggedAt < LOG_EVERY_MS) return;
    this.log.error(
      'Calls were answered that neither PostgreSQL nor the spool took: they are lost and never billed. Check the database and the disk of SPOOL_DIR.',
      { ...this.unlogged },
      cause,
    );
    this.loggedAt = this.clock.ms();
    Object.assign(this.unlogged, { calls: 0, units: 0 });
  }
}
