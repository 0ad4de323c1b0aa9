import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { BillingUnavailableError, UsageSettlement } from '../../billing/index.js';
import { planIntents } from './plan-intents.js';
import { UsageSender } from './usage-sender.js';
import { UsageTurn } from './usage-turn.js';

/** A report of everybody may be under way. */
const WAIT_MS = 20_000;

/**
 * Before a subscription changes or ends, everything that its customer has used is told: it is billed at the price at
 * which it was used. The change waits until it is.
 */
@Injectable()
export class SettleUsage {
  constructor(
    private readonly turn: UsageTurn,
    private readonly sender: UsageSender,
    private readonly clock: Clock,
    settings: Settings,
    settlement: UsageSettlement,
  ) {
    if (settings.get('USAGE_REPORTER') === 'stripe') settlement.bind((customerId) => this.settle(customerId));
  }

  /** @throws {BillingUnavailableError} when something is yet to be told: the change is made later. */
  private async settle(customerId: string): Promise<void> {
    const left = await this.turn.take(WAIT_MS, async (client, meters) => {
      await planIntents(client, meters, this.clock.now(), customerId);
      await this.sender.sendDue(client, meters, { customerId });
      const { rows } = await client.query<{ left: number }>(
        `select count(*)::int as left from usage_intents where state = 'pending' and customer_id = $1`,
        [customerId],
      );
      return rows[0]?.left ?? 0;
    });
    if (left !== 0)
      throw new BillingUnavailableError(
        new Error(`usage of ${customerId} is yet to be told to Stripe; the change waits for it`),
      );
  }
}
