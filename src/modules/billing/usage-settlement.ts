import { Injectable } from '@nestjs/common';

/** Reported usage of the current period, for one of its meters. */
export interface ReportedUsage {
  /** The provider's id of the meter. */
  providerMeter: string;
  units: bigint;
}

/** What metering does for billing. */
export interface UsageSettlementPort {
  /**
   * Reports what a customer has used until now, and waits for some seconds until the provider's totals show it. Calls
   * go on meanwhile. What is not shown by then, or cannot be reported, is left to `settle`.
   */
  settleAhead(customerId: string): Promise<void>;
  /**
   * Reports the rest while the customer's calls wait. That the provider's totals show it is not waited for: they lag.
   * @returns what was reported of the current periods in all.
   * @throws to have the change wait: something could not be reported.
   */
  settle(customerId: string): Promise<ReportedUsage[]>;
  /** Whether anything was used in periods that began at that time, UTC, or later. */
  hasUsed(customerId: string, since: Date): Promise<boolean>;
  /** Tells what is untold, and looks once whether the provider shows everything from before that time, UTC. */
  prove(customerId: string, before: Date): Promise<boolean>;
}

/** A draft invoice whose usage is proven, before it becomes final. */
export interface ProvenDraft {
  invoiceId: string;
  customerId: string;
  subscriptionId: string;
}

/** Adds to a draft what it lacks of usage at prices that were left in the middle of its period. */
export type CompletesDrafts = (draft: ProvenDraft) => Promise<void>;

/**
 * Usage is settled before a subscription changes or ends, and proven before an invoice becomes final: what was used is
 * billed, at the price at which it was used. Billing knows nothing of usage and may not ask metering, so whoever counts
 * binds itself here; until then there is nothing to settle.
 */
@Injectable()
export class UsageSettlement {
  private bound: UsageSettlementPort | undefined;
  private completes: CompletesDrafts | undefined;

  /** Must be called while modules are initialised. */
  bind(bound: UsageSettlementPort): void {
    this.bound = bound;
  }

  /** As above. */
  bindDrafts(completes: CompletesDrafts): void {
    this.completes = completes;
  }

  /** Whether this application reports usage: otherwise it is not known what was reported. */
  get isBound(): boolean {
    return this.bound !== undefined;
  }

  /** May be called any number of times for one change. */
  async settleAhead(customerId: string): Promise<void> {
    await this.bound?.settleAhead(customerId);
  }

  /** May be called any number of times for one change. */
  async settle(customerId: string): Promise<ReportedUsage[]> {
    return this.bound ? this.bound.settle(customerId) : [];
  }

  /** True when nothing is known of what was used. */
  async hasUsed(customerId: string, since: Date): Promise<boolean> {
    return this.bound ? this.bound.hasUsed(customerId, since) : true;
  }

  /** May be called any number of times for one invoice. */
  async prove(customerId: string, before: Date): Promise<boolean> {
    return this.bound ? this.bound.prove(customerId, before) : true;
  }

  /** May be called any number of times for one draft. @throws to have the invoice wait. */
  async complete(draft: ProvenDraft): Promise<void> {
    await this.completes?.(draft);
  }
}
