import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { Log } from '../../../platform/logging/logger.js';
import { BillingUnavailableError } from '../../billing/ports/billing-errors.js';
import { LedgerReading } from '../../ledger/index.js';
import type { CountedMeter } from '../../meters/index.js';
import type { ReportedUsage, UsageSettlementPort } from '../../subscriptions/index.js';
import type { Times } from './reporting/own-minute.js';
import { planIntents } from './reporting/plan-intents.js';
import { UsageProof } from './proof/usage-proof.js';
import { UsageSender } from './reporting/usage-sender.js';
import { hasUsedSince } from '../settlement/used-since.js';
import { UsageReportingLock } from '../usage-reporting-lock.js';

/** A report of all customers may be running. */
const WAIT_AHEAD_MS = 20_000;
/** The same while calls wait: the change is better made later. */
const WAIT_PAUSED_MS = 5_000;
/** The proof of an invoice is retried, and may wait for a batch of a report. */
const WAIT_TO_PROVE_MS = 5_000;
/** How long a change waits for Stripe's totals, before calls wait for the change. They may lag for much longer. */
const PROOF_MS = 5_000;
const LOOK_AGAIN_MS = 250;
const LOOKS_AHEAD = PROOF_MS / LOOK_AGAIN_MS;
/** Usage that waits for earlier usage to be reported is reported by the next check. */
const LOOKS_PAUSED = 3;

/** Usage that must be reported and proven before a change. */
interface Left {
  /** Calls without a billing period, and usage that Stripe has not accepted, or that waits for earlier usage to be reported. */
  unreported: number;
  /** Accepted, and not shown by its totals yet. */
  unproven: number;
  /** Whether a report to Stripe just failed: further checks are of no use. */
  away: boolean;
}

interface Looked extends Left {
  reported: ReportedUsage[];
}

/**
 * Before a subscription changes or ends, and before an invoice becomes final, all usage of its customer is reported, so
 * that it is billed at the price at which it was used. An invoice waits until Stripe's totals show it; a change waits for
 * some seconds before calls have to, and then only for the reporting.
 */
@Injectable()
export class UsageSettler implements UsageSettlementPort {
  private readonly log: Log;

  constructor(
    private readonly lock: UsageReportingLock,
    private readonly sender: UsageSender,
    private readonly proof: UsageProof,
    private readonly ledger: LedgerReading,
    private readonly clock: Clock,
    private readonly shutdown: Shutdown,
    log: Log,
  ) {
    this.log = log.named('usage');
  }

  /** Calls go on meanwhile, so that little is left to report while they wait. Any failure here is left to `settle`. */
  async settleAhead(customerId: string): Promise<void> {
    try {
      await this.ledger.settle();
      for (let look = 0; look < LOOKS_AHEAD && !this.shutdown.inProgress; look++) {
        if (look > 0) await delay(LOOK_AGAIN_MS);
        const left = await this.look(customerId, WAIT_AHEAD_MS, new Date(this.clock.ms() + 1));
        if (!left || left.away || left.unreported + left.unproven === 0) return;
      }
    } catch (error) {
      this.log.warn(
        'Usage could not be reported ahead of a change; it is while calls wait.',
        { customer: customerId },
        error,
      );
    }
  }

  /**
   * Usage that Stripe accepted and does not show does not hold a change up: its totals lag, for hours at times.
   * @throws {BillingUnavailableError} when something is not reported yet: the change is made later.
   */
  async settle(customerId: string): Promise<ReportedUsage[]> {
    await this.ledger.settle();
    for (let look = 0; look < LOOKS_PAUSED; look++) {
      if (look > 0) await delay(LOOK_AGAIN_MS);
      if (this.shutdown.inProgress) throw new BillingUnavailableError(new Error('the process ends'));
      // Reported with times after the change, it would be billed at the new price.
      const before = new Date(this.clock.ms() + 1);
      const left = await this.look(customerId, WAIT_PAUSED_MS, before);
      if (!left || left.away) break;
      if (left.unreported === 0) return left.reported;
    }
    throw new BillingUnavailableError(
      new Error(`usage of ${customerId} is not reported to Stripe yet; the change waits`),
    );
  }

  private look(customerId: string, waitMs: number, before: Date): Promise<Looked | undefined> {
    return this.lock.withLock(waitMs, async (client, meters) => ({
      ...(await this.round(client, meters, { customerId, before }, 'past')),
      reported: await reportedOf(client, meters, customerId),
    }));
  }

  /** @throws {BillingUnavailableError} when it cannot be counted now. */
  async hasUsed(customerId: string, since: Date): Promise<boolean> {
    await this.ledger.settle();
    return hasUsedSince(this.lock, customerId, since);
  }

  /** One check, under the lock. @returns whether everything before then is reported and proven. */
  async prove(customerId: string, before: Date): Promise<boolean> {
    await this.ledger.settle();
    const left = await this.lock.withLock(WAIT_TO_PROVE_MS, (client, meters) =>
      this.round(client, meters, { customerId, before }, 'near'),
    );
    return left !== undefined && left.unreported + left.unproven === 0;
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
         (select count(*) from farebox.usage_intents where customer_id = $1 and state = 'pending' and at < $2)::int
           + (select count(*) from farebox.meter_waiting where customer_id = $1 and started_at < $2)::int as unreported,
         -- What a former version told for a minute to come has to wait for it: it would count for after the change.
         (select count(*) from farebox.usage_intents where customer_id = $1
            and (state = 'sent' and at < $2 or $3 and state in ('pending', 'sent', 'proven') and at >= $2))::int as unproven`,
      [customerId, before, times === 'past'],
    );
    const { unreported = 0, unproven = 0 } = rows[0] ?? {};
    return { unreported: unreported + deferred, unproven, away: postponed > 0 };
  }
}

/** The usage reported to Stripe for a customer's current periods. */
async function reportedOf(
  client: pg.Client,
  meters: readonly CountedMeter[],
  customerId: string,
): Promise<ReportedUsage[]> {
  const { rows } = await client.query<{ providerMeter: string; units: string }>(
    `select p.provider_meter as "providerMeter", sum(u.told)::text as units
     from farebox.meter_usage u
     join unnest($2::text[], $3::text[]) as m (name, provider) on m.name = u.meter
     join farebox.usage_periods p
       on p.customer_id = u.customer_id and p.provider_meter = m.provider and p.starts_at = u.starts_at
     where u.customer_id = $1 and not p.closed
     group by 1`,
    [customerId, meters.map(({ definition }) => definition.name), meters.map(({ provider }) => provider.id)],
  );
  return rows.map(({ providerMeter, units }) => ({ providerMeter, units: BigInt(units) }));
}
