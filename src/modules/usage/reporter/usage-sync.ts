import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { freeMinuteAfter } from '../reporting/own-minute.js';

/** Maximum delay of a report, as a part of the interval, so that many installations do not report at the full hour. */
const SPREAD = 0.1;

/** When a customer's usage was last reported to the provider, and when it will be next. */
export interface SyncTimes {
  /** UTC. Null when nothing has been reported yet, or Moesif reports it. */
  reportedAt: Date | null;
  /** UTC, the latest time at which the next report of this customer begins. Null when Moesif reports it. */
  nextReportAt: Date | null;
}

@Injectable()
export class UsageSync {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** @throws {DatabaseUnavailableError} */
  async of(customerId: string): Promise<SyncTimes> {
    if (this.settings.get('USAGE_REPORTER') === 'moesif') return { reportedAt: null, nextReportAt: null };
    const { rows } = await this.database.run(() =>
      this.database.pool.query<{ sentAt: Date | null; at: Date | null }>(
        'select max(sent_at) as "sentAt", max(at) as at from usage_intents where customer_id = $1',
        [customerId],
      ),
    );
    const { sentAt = null, at = null } = rows[0] ?? {};
    const from = Math.max(this.clock.ms(), at ? freeMinuteAfter(at) : 0);
    const [earliest, spread] = nextReport(from, this.settings.get('REPORT_INTERVAL'));
    return { reportedAt: sentAt, nextReportAt: new Date(earliest + spread) };
  }
}

/** When the next report begins: at `earliest` (ms since the epoch), and `spread` ms later at most. */
export function nextReport(now: number, intervalMs: number): [earliest: number, spread: number] {
  return [(Math.floor(now / intervalMs) + 1) * intervalMs, SPREAD * intervalMs];
}
