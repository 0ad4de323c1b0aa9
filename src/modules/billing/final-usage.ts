import { Injectable } from '@nestjs/common';

/** Tells the provider of everything that the customer has used so far. Throws when that is not certain. */
export type FlushUsage = (customerId: string) => Promise<void>;

/**
 * What has to happen before a subscription ends at once: its last invoice counts what the provider knows by then.
 * Billing may not import whoever counts; they say here how it is done, while modules are initialised.
 */
@Injectable()
export class FinalUsage {
  private readonly steps: FlushUsage[] = [];

  before(flush: FlushUsage): void {
    this.steps.push(flush);
  }

  async flush(customerId: string): Promise<void> {
    for (const step of this.steps) await step(customerId);
  }
}
