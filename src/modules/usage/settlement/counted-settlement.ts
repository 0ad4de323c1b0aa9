import { Injectable } from '@nestjs/common';
import { BillingUnavailableError } from '../../billing/index.js';
import { LedgerReading } from '../../ledger/index.js';
import type { ReportedUsage, UsageSettlementPort } from '../../subscriptions/index.js';
import { UsageReportingLock } from '../usage-reporting-lock.js';
import { hasUsedSince } from './used-since.js';

/** A report of all customers is never running; reconciliation may hold the lock for a batch. */
const WAIT_MS = 5_000;

/** Settles usage where nothing is reported: it is settled once it is counted. */
@Injectable()
export class CountedSettlement implements UsageSettlementPort {
  constructor(
    private readonly lock: UsageReportingLock,
    private readonly ledger: LedgerReading,
  ) {}

  /** Each part of a period has its own price, by the times of its calls: nothing has to be done before a change. */
  async settleAhead(): Promise<void> {
    await this.ledger.settle();
  }

  async settle(): Promise<ReportedUsage[]> {
    await this.ledger.settle();
    return [];
  }

  /** @throws {BillingUnavailableError} when it cannot be counted now. */
  async hasUsed(customerId: string, since: Date): Promise<boolean> {
    await this.ledger.settle();
    return hasUsedSince(this.lock, customerId, since);
  }

  /** Whether every call from before that time is counted. */
  async prove(customerId: string, before: Date): Promise<boolean> {
    await this.ledger.settle();
    const counted = await this.lock.withLock(WAIT_MS, async (client) => {
      const { rowCount } = await client.query(
        'select 1 from farebox.meter_waiting where customer_id = $1 and started_at < $2 limit 1',
        [customerId, before],
      );
      return rowCount === 0;
    });
    if (counted === undefined)
      throw new BillingUnavailableError(
        new Error('another process counts, or a meter is missing at the provider'),
      );
    return counted;
  }
}
