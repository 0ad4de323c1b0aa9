import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { BookedUsage } from '../reconciliation/compare-usage.js';
import type { Verdict } from '../reconciliation/usage-comparison.js';

/** The provider's total of a billing period. */
export interface ShownTotal {
  units: bigint;
  /** Usage of a neighbouring period cannot be told apart yet. */
  unsettled: boolean;
  /** It shows usage that was not reported, whose period cannot be determined. */
  uncertain: boolean;
}

/** A billing period, and the provider's id of the meter. */
export interface AskedPeriod extends Pick<
  BookedUsage,
  'customerId' | 'meter' | 'startsAt' | 'endsAt' | 'taken'
> {
  providerMeter: string;
}

/** @throws {UsageCustomerGoneError} {BillingUnavailableError} */
export type AskTotal = () => Promise<ShownTotal>;

/** What reconciliation compares the reported usage with: port and injection token in one, chosen with `UsageBilling`. */
export abstract class ProviderTotals {
  /** @returns for each period a function that asks for its total. */
  abstract of(client: Pick<pg.ClientBase, 'query'>, periods: readonly AskedPeriod[]): Promise<AskTotal[]>;

  /** The verdict on a period with usage that is neither reported nor billed late. */
  abstract unreported(usage: BookedUsage): Verdict;
}

/** Nothing is reported, so there are no totals to ask for: the invoices alone are compared with the ledger. */
@Injectable()
export class NoMeterTotals extends ProviderTotals {
  /** What was reported before is on the provider's lines, which are compared. */
  override async of(_client: unknown, periods: readonly AskedPeriod[]): Promise<AskTotal[]> {
    return periods.map(({ taken }) => async () => ({ units: taken, uncertain: false, unsettled: false }));
  }

  /** It is added to the invoice of its period: whether it was, the invoices say. */
  override unreported(): Verdict {
    return 'equal';
  }
}
