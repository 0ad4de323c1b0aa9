import { Injectable } from '@nestjs/common';

/** Reported usage of the current period, for one of its meters. */
export interface ReportedUsage {
  /** The provider's id of the meter. */
  providerMeter: string;
  units: bigint;
}

/** The functions that `usage` provides to billing. */
export interface UsageSettlementPort {
  /**
   * Reports a customer's usage until now, and waits for some seconds until the provider's totals show it. Calls
   * continue meanwhile. Usage not shown by then, or not reportable, is left to `settle`.
   */
  settleAhead(customerId: string): Promise<void>;
  /**
   * Reports the rest while the customer's calls wait. Does not wait until the provider's totals show it: they lag.
   * @returns all usage reported for the current periods.
   * @throws to have the change wait: some usage could not be reported.
   */
  settle(customerId: string): Promise<ReportedUsage[]>;
  /** Whether there is usage in periods that began at that time, UTC, or later. */
  hasUsed(customerId: string, since: Date): Promise<boolean>;
  /** Reports pending usage, and checks once whether the provider's totals show all usage from before that time, UTC. */
  prove(customerId: string, before: Date): Promise<boolean>;
}

/** A draft invoice whose usage is proven, before it becomes final. */
export interface ProvenDraft {
  invoiceId: string;
  customerId: string;
  subscriptionId: string;
}

/** Adds usage to a draft that it lacks, at prices left in the middle of its period. */
export type CompletesDrafts = (draft: ProvenDraft) => Promise<void>;

/**
 * Usage is settled before a subscription changes or ends, and proven before an invoice becomes final: all usage is
 * billed, at the price at which it occurred. Billing does not depend on `usage`, so the module that counts usage binds
 * itself here; until then there is nothing to settle.
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

  /** Whether this application reports usage: otherwise the reported usage is unknown. */
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

  /** True when the usage is unknown. */
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
