import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { BillingUnavailableError } from '../../billing/ports/billing-errors.js';
import { ChangeRefusedError } from '../../subscriptions/index.js';
import type { CountedMeter } from '../../meters/index.js';
import { floorMinute } from './reporting/minutes.js';
import { ownMinute } from './reporting/own-minute.js';
import { UsageReconciliation } from '../reconciliation/usage-reconciliation.js';
import { type SendReport, UsageSender } from './reporting/usage-sender.js';
import { UsageReportingLock } from '../usage-reporting-lock.js';

/** Corrects, by an operator's decision, usage that another sender reported to Stripe. */
@Injectable()
export class UsageAdjustments {
  constructor(
    private readonly lock: UsageReportingLock,
    private readonly reconciliation: UsageReconciliation,
    private readonly sender: UsageSender,
    private readonly clock: Clock,
  ) {}

  /**
   * Reports the difference between the reported usage of a billing period and Stripe's current total.
   * @returns the units taken back, and the outcome of reporting that; `undefined` when Stripe shows no excess.
   * @throws {ChangeRefusedError} when the excess may be of another period. {BillingUnavailableError} when Stripe cannot
   * be asked.
   */
  async approve(
    customerId: string,
    meter: string,
    startsAt: Date,
    waitMs = 0,
  ): Promise<(SendReport & { value: bigint }) | undefined> {
    const compared = await this.reconciliation.reconcile({ customerId }, waitMs);
    const found = compared?.find(
      (usage) => usage.meter === meter && usage.startsAt.getTime() === startsAt.getTime(),
    );
    if (found?.verdict === 'unknown')
      throw new BillingUnavailableError(new Error("Stripe's totals of that period could not be had"));
    if (found?.verdict !== 'excess') return undefined;
    if (found.uncertain)
      throw new ChangeRefusedError(
        'The excess lies in a minute that the period shares with another one, and it cannot be said of which it is: nothing was changed. Cancel the foreign meter event at Stripe.',
      );
    const value = found.taken - found.stripe;
    return this.lock.withLock(waitMs, async (client, meters) => {
      await this.write(client, { ...found, value }, meters);
      const { sent, refused, postponed } = await this.sender.sendDue(client, meters);
      return { value, sent, refused, postponed };
    });
  }

  private async write(
    client: pg.ClientBase,
    usage: { customerId: string; meter: string; startsAt: Date; endsAt: Date; value: bigint },
    meters: readonly CountedMeter[],
  ): Promise<void> {
    const { customerId, meter, startsAt, endsAt, value } = usage;
    if (!meters.some(({ definition }) => definition.name === meter)) return;
    const { rows } = await client.query<{ at: Date }>(
      'select at from farebox.usage_intents where customer_id = $1 and meter = $2 and at >= $3 and at < $4',
      [customerId, meter, startsAt, endsAt],
    );
    const taken = new Set(rows.map(({ at }) => floorMinute(at).getTime()));
    const now = this.clock.now();
    const time = ownMinute({ startsAt, endsAt }, now, (minute) => taken.has(minute));
    await client.query(
      `insert into farebox.usage_intents (customer_id, meter, starts_at, n, value, at, own_minute, adjustment, state,
         next_attempt_at, created_at)
       select $1, $2, $3, coalesce(max(n), 0) + 1, $4, $5, $6, true, 'pending', $7, $7
       from farebox.usage_intents where customer_id = $1 and meter = $2 and starts_at = $3`,
      [customerId, meter, startsAt, value.toString(), time.at, time.ownMinute, now],
    );
  }
}
