import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { Sql } from '../../../../platform/database/database.js';
import { UsageSink } from '../../../billing/ports/usage-sink.js';
import { usageRejections } from '../../usage.tables.js';

/** Keeps the provider's reports of rejected events: they are evidence that usage absent from the totals is lost. */
@Injectable()
export class UsageRejections {
  constructor(
    private readonly sink: UsageSink,
    private readonly clock: Clock,
  ) {}

  /**
   * @param eventId the provider's id of the report; kept once.
   * @returns how many events it counts; 0 for one without a meter. @throws {BillingUnavailableError}
   */
  async record(tx: Sql, eventId: string): Promise<number> {
    const rejection = await this.sink.rejection(eventId);
    if (!rejection) return 0;
    const { providerMeter, from, to, count, identifiers } = rejection;
    await tx
      .insert(usageRejections)
      .values({
        eventId,
        meter: providerMeter,
        validationStart: from,
        validationEnd: to,
        errorCount: count,
        identifiers,
        receivedAt: this.clock.now(),
      })
      .onConflictDoNothing();
    return count;
  }
}
