import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { BillingUnavailableError, UsageSettlement } from '../../billing/index.js';
import { Ledger } from '../ledger/ledger.js';
import type { CountedMeter } from '../meters/counted-meter.js';
import { planIntents } from './plan-intents.js';
import { UsageProof } from './usage-proof.js';
import { UsageSender } from './usage-sender.js';
import { UsageTurn } from './usage-turn.js';

/** A report of everybody may be under way. */
const WAIT_MS = 20_000;
/** So long a change waits for Stripe's totals, while calls wait for the change. */
const PROOF_MS = 20_000;
const LOOK_AGAIN_MS = 250;

/**
 * Before a subscription changes or ends, and before an invoice becomes final, everything that its customer has used is
 * told, and shown by Stripe's totals: it is billed, at the price at which it was used. Change and invoice wait for it.
 */
@Injectable()
export class SettleUsage {
  constructor(
    private readonly turn: UsageTurn,
    private readonly sender: UsageSender,
    private readonly proof: UsageProof,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    settings: Settings,
    settlement: UsageSettlement,
  ) {
    if (settings.get('USAGE_REPORTER') === 'stripe')
      settlement.bind({
        settle: (customerId) => this.settle(customerId),
        prove: (customerId, before) => this.prove(customerId, before),
      });
  }

  /** @throws {BillingUnavailableError} when something is yet to be told or proven: the change is made later. */
  private async settle(customerId: string): Promise<void> {
    await this.ledger.settle();
    const deadline = this.clock.ms() + PROOF_MS;
    let left: number | undefined;
    for (;;) {
      const now = this.clock.now();
      left = await this.turn.take(WAIT_MS, (client, meters) =>
        // Told with times of after the change, it would be billed at the price of after the change.
        this.round(client, meters, { customerId, before: new Date(now.getTime() + 1) }, now),
      );
      if (left === 0) return;
      if (left === undefined || this.clock.ms() >= deadline) break;
      await delay(LOOK_AGAIN_MS);
    }
    throw new BillingUnavailableError(
      new Error(`usage of ${customerId} is yet to be told to Stripe, or to be shown by it; the change waits`),
    );
  }

  /** One look. @returns whether everything of before then is told and proven. */
  private async prove(customerId: string, before: Date): Promise<boolean> {
    await this.ledger.settle();
    return (
      (await this.turn.take(0, (client, meters) => this.round(client, meters, { customerId, before }))) === 0
    );
  }

  /** @returns how much is left: calls without a billing period, and what is not told or not proven. */
  private async round(
    client: pg.Client,
    meters: readonly CountedMeter[],
    scope: { customerId: string; before: Date },
    notAfter?: Date,
  ): Promise<number> {
    const { customerId, before } = scope;
    await planIntents(client, meters, this.clock.now(), customerId, notAfter ? { notAfter } : {});
    await this.sender.sendDue(client, meters, customerId);
    await this.proof.prove(client, meters, scope);
    const { rows } = await client.query<{ left: number }>(
      `select (
         select count(*) from usage_intents where customer_id = $1
           and (state in ('pending', 'sent') and at < $2 or state in ('pending', 'sent', 'proven') and at > $3)
       )::int + (select count(*) from meter_waiting where customer_id = $1 and started_at < $2)::int as left`,
      // What was told for a moment to come has to wait for it.
      [customerId, before, notAfter ?? 'infinity'],
    );
    return rows[0]?.left ?? 0;
  }
}
