import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { Log } from '../../../platform/logging/logger.js';
import { BillingUnavailableError, UsageSettlement } from '../../billing/index.js';
import { Ledger } from '../ledger/ledger.js';
import type { CountedMeter } from '../meters/counted-meter.js';
import type { Times } from './own-minute.js';
import { planIntents } from './plan-intents.js';
import { UsageProof } from './usage-proof.js';
import { UsageSender } from './usage-sender.js';
import { UsageTurn } from './usage-turn.js';

/** A report of everybody may be under way. */
const WAIT_MS = 20_000;
/** What proves an invoice is tried again, and may wait for a batch of a report. */
const WAIT_TO_PROVE_MS = 5_000;
/** So long a change waits for Stripe's totals, while calls wait for the change. */
const PROOF_MS = 20_000;
const LOOK_AGAIN_MS = 250;
const LOOKS = PROOF_MS / LOOK_AGAIN_MS;

/** What stands between a customer's books and a change. */
interface Left {
  /** Calls without a billing period, and usage that Stripe has not taken, or waits for what is told before it. */
  untold: number;
  /** Taken, and not shown by its totals yet. */
  unproven: number;
  /** Whether Stripe could not be told something just now: it is no use to go on looking. */
  away: boolean;
}

/**
 * Before a subscription changes or ends, and before an invoice becomes final, everything that its customer has used is
 * told, and shown by Stripe's totals: it is billed, at the price at which it was used. Change and invoice wait for it.
 */
@Injectable()
export class SettleUsage {
  private readonly log: Log;

  constructor(
    private readonly turn: UsageTurn,
    private readonly sender: UsageSender,
    private readonly proof: UsageProof,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    private readonly shutdown: Shutdown,
    settings: Settings,
    settlement: UsageSettlement,
    log: Log,
  ) {
    this.log = log.named('usage');
    if (settings.get('USAGE_REPORTER') === 'stripe')
      settlement.bind({
        settle: (customerId) => this.settle(customerId),
        prove: (customerId, before) => this.prove(customerId, before),
      });
  }

  /**
   * Usage that Stripe took and does not show for so long does not hold a change up any longer: nobody could cancel while
   * its totals lag. It is told to the operator, and proven by a later report.
   * @throws {BillingUnavailableError} when something is yet to be told: the change is made later.
   */
  private async settle(customerId: string): Promise<void> {
    await this.ledger.settle();
    let left: Left | undefined;
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0) await delay(LOOK_AGAIN_MS);
      if (this.shutdown.inProgress) throw new BillingUnavailableError(new Error('the process ends'));
      const before = new Date(this.clock.ms() + 1);
      // Told with times of after the change, it would be billed at the price of after the change.
      left = await this.turn.take(WAIT_MS, (client, meters) =>
        this.round(client, meters, { customerId, before }, 'past'),
      );
      if (!left || left.away) break;
      if (left.untold + left.unproven === 0) return;
    }
    if (left?.untold === 0) {
      this.log.warn(
        "A subscription changes although Stripe's totals do not show all that it took. Should they never, the reconciliation says so.",
        { customer: customerId, events: left.unproven },
      );
      return;
    }
    throw new BillingUnavailableError(
      new Error(`usage of ${customerId} is yet to be told to Stripe; the change waits`),
    );
  }

  /** One look, in its turn. @returns whether everything of before then is told and proven. */
  private async prove(customerId: string, before: Date): Promise<boolean> {
    await this.ledger.settle();
    const left = await this.turn.take(WAIT_TO_PROVE_MS, (client, meters) =>
      this.round(client, meters, { customerId, before }, 'near'),
    );
    return left !== undefined && left.untold + left.unproven === 0;
  }

  private async round(
    client: pg.Client,
    meters: readonly CountedMeter[],
    scope: { customerId: string; before: Date },
    times: Times,
  ): Promise<Left> {
    const { customerId, before } = scope;
    const { deferred } = await planIntents(client, meters, this.clock.now(), times, customerId);
    const { postponed } = await this.sender.sendDue(client, meters, { customerId });
    await this.proof.prove(client, meters, scope);
    const { rows } = await client.query<Omit<Left, 'away'>>(
      `select
         (select count(*) from usage_intents where customer_id = $1 and state = 'pending' and at < $2)::int
           + (select count(*) from meter_waiting where customer_id = $1 and started_at < $2)::int as untold,
         -- What a report told for the minute to come has to wait for it: it would count for after the change.
         (select count(*) from usage_intents where customer_id = $1
            and (state = 'sent' and at < $2 or $3 and state in ('pending', 'sent', 'proven') and at >= $2))::int as unproven`,
      [customerId, before, times === 'past'],
    );
    const { untold = 0, unproven = 0 } = rows[0] ?? {};
    return { untold: untold + deferred, unproven, away: postponed > 0 };
  }
}
