import { Injectable } from '@nestjs/common';

/** What whoever counts usage does for billing. */
export interface SettlesUsage {
  /** Sees to it that what a customer has used until now is known to the provider. @throws to have the change wait. */
  settle(customerId: string): Promise<void>;
  /** Tells what is untold, and looks once whether the provider shows everything from before that time, UTC. */
  prove(customerId: string, before: Date): Promise<boolean>;
}

/**
 * Usage is settled before a subscription changes or ends, and proven before an invoice becomes final: what was used is
 * billed, at the price at which it was used. Billing knows nothing of usage and may not ask metering, so whoever counts
 * binds itself here; until then there is nothing to settle.
 */
@Injectable()
export class UsageSettlement {
  private bound: SettlesUsage | undefined;

  /** Must be called while modules are initialised. */
  bind(bound: SettlesUsage): void {
    this.bound = bound;
  }

  /** Whether anybody here tells usage: when somebody else does, nothing is known of what was told. */
  get isBound(): boolean {
    return this.bound !== undefined;
  }

  /** May be called any number of times for one change. */
  async settle(customerId: string): Promise<void> {
    await this.bound?.settle(customerId);
  }

  /** May be called any number of times for one invoice. */
  async prove(customerId: string, before: Date): Promise<boolean> {
    return this.bound ? this.bound.prove(customerId, before) : true;
  }
}
