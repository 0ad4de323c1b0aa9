import { Injectable } from '@nestjs/common';

/** Sees to it that what a customer has used until now is known to the provider. @throws to have the change wait. */
export type SettleUsage = (customerId: string) => Promise<void>;

/**
 * Usage is settled before a subscription changes or ends: what was used is billed at the price at which it was used.
 * Billing knows nothing of usage and may not ask metering, so whoever counts binds itself here; until then there is
 * nothing to settle.
 */
@Injectable()
export class UsageSettlement {
  private bound: SettleUsage = async () => undefined;

  /** Must be called while modules are initialised. */
  bind(settle: SettleUsage): void {
    this.bound = settle;
  }

  /** May be called any number of times for one change. */
  async settle(customerId: string): Promise<void> {
    await this.bound(customerId);
  }
}
