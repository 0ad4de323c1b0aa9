import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Catalog, type CatalogPrice, chargeFor, grouped } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
import { Log } from '../../../platform/logging/logger.js';
import { BillingUnavailableError } from '../../billing/ports/billing-errors.js';
import { LateUsageBilling } from '../../billing/ports/late-usage-billing.js';
import { ChangeRefusedError } from '../../subscriptions/index.js';
import type { Invoiced } from '../reconciliation/compare-invoices.js';
import { lateUsageName } from '../identifier.js';
import { dueOf } from '../reconciliation/invoiced-usage.js';
import {
  decide,
  type LateBill,
  markBilled,
  markRefused,
  type MeteredPeriod,
  pendingBill,
  pendingBills,
  latePrice,
} from './late-bill-store.js';
import type { UsageComparison } from '../reconciliation/usage-comparison.js';
import { UsageReconciliation } from '../reconciliation/usage-reconciliation.js';
import { UsageReportingLock } from '../usage-reporting-lock.js';

/** A younger decision is about to be billed, or to be retried by its operator. */
const BEING_BILLED_MS = 60_000;

/** Late usage that is billed now. */
export interface LateUsageBilled extends LateBill {
  /** The provider's id of the invoice item; null when the units cost nothing more, so that there is none. */
  itemId: string | null;
  /** Whether the invoice is created automatically; otherwise the operator must create it. */
  invoiceComes: boolean;
}

/**
 * Bills, by an operator's decision, usage that was found after the invoice of its billing period was final, or that no
 * invoice has: on the next invoice, at the price that the period had. The decision is written down, with the amount, before
 * it is billed.
 */
@Injectable()
export class LateUsages {
  private readonly log: Log;

  constructor(
    private readonly lock: UsageReportingLock,
    private readonly reconciliation: UsageReconciliation,
    private readonly billing: LateUsageBilling,
    private readonly catalog: Catalog,
    private readonly database: Database,
    private readonly clock: Clock,
    log: Log,
  ) {
    this.log = log.named('usage');
  }

  /**
   * Bills usage of a billing period that is late, or on no invoice. An earlier decision is finished first, as it was
   * made; usage that has become late since is for the next call.
   * @returns `undefined` when another process holds the lock, or a meter of the catalog is missing at the provider.
   * @throws {FareboxError} `not_found` for a period that is not known; {ChangeRefusedError} when nothing is late there,
   * or it cannot be billed; {BillingUnavailableError} when the provider is away: the decision, if it was made, stands.
   */
  async bill(period: MeteredPeriod, waitMs = 0): Promise<LateUsageBilled | undefined> {
    await this.assertKnown(period);
    const { customerId, startsAt } = period;
    const compared = await this.reconciliation.reconcile({ customerId, from: startsAt }, waitMs);
    if (!compared) return undefined;
    return this.lock.withLock(waitMs, async (client) => {
      const begun = await pendingBill(client, period);
      return this.perform(client, begun ?? (await this.decide(client, period, compared)));
    });
  }

  /** Finishes decisions that are not billed yet: their process may be gone, or the provider was unavailable. */
  async finish(): Promise<void> {
    const before = new Date(this.clock.ms() - BEING_BILLED_MS);
    const { rowCount } = await this.database.run(() =>
      this.database.pool.query(
        `select 1 from farebox.late_bills where state = 'pending' and created_at < $1 limit 1`,
        [before],
      ),
    );
    if (!rowCount) return;
    await this.lock.withLock(0, async (client) => {
      for (const bill of await pendingBills(client, before)) {
        try {
          await this.perform(client, bill);
        } catch (error) {
          this.log.warn(
            'Late usage could not be billed yet.',
            { customer: bill.customerId, n: bill.n },
            error,
          );
        }
      }
    });
  }

  private async decide(
    client: pg.ClientBase,
    period: MeteredPeriod,
    compared: readonly UsageComparison[],
  ): Promise<LateBill> {
    const found = compared.find(
      ({ meter, startsAt }) => meter === period.meter && startsAt.getTime() === period.startsAt.getTime(),
    );
    if (!found)
      throw new FareboxError(
        'not_found',
        `No billing period of ${period.customerId} in which "${period.meter}" counted anything began at ${period.startsAt.toISOString()}: give it as "usage reconcile" prints it.`,
      );
    assertLate(found);
    const { customerId, meter, startsAt, endsAt, priceId, meterValue, reported, billed } = found;
    const { invoicing, lateDecisions = 0 } = found;
    const price = await this.billing.termsOf(found);
    const due = dueOf(found);
    // Without invoices to compare with, reported usage counts as billed.
    const units = invoicing ? invoicing.shortfall : meterValue - reported - billed;
    if (invoicing) assertReadable(invoicing, price);
    const bill = await decide(
      client,
      {
        customerId,
        meter,
        startsAt,
        endsAt,
        units,
        unreported: meterValue - reported - billed,
        minorUnits: latePrice(price, due, due - units),
        currency: price.currency,
        priceId,
        taxBehavior: price.taxBehavior ?? null,
        invoiceId: null,
      },
      { reported: reported + billed, decisions: lateDecisions },
      this.clock.now(),
    );
    if (!bill)
      throw new ChangeRefusedError('The period has changed meanwhile: nothing was billed. Try again.');
    return bill;
  }

  /** Bills a decision once, and records the outcome. @throws {ChangeRefusedError} {BillingUnavailableError} */
  async perform(client: pg.ClientBase, bill: LateBill): Promise<LateUsageBilled> {
    if (bill.minorUnits === 0n) {
      await markBilled(client, bill, null, this.clock.now());
      return { ...bill, itemId: null, invoiceComes: true };
    }
    try {
      const billed = await this.billing.bill({
        ...bill,
        name: lateUsageName(bill),
        description: this.describe(bill),
      });
      await markBilled(client, bill, billed.itemId, this.clock.now());
      return { ...bill, ...billed };
    } catch (error) {
      if (error instanceof ChangeRefusedError) await markRefused(client, bill, this.clock.now());
      throw error;
    }
  }

  private describe({ meter, units, startsAt, endsAt, invoiceId }: LateBill): string {
    const name = this.catalog.meters.find((one) => one.name === meter)?.displayName ?? meter;
    const [from, to] = [startsAt, endsAt].map(
      (time) => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    );
    const used = `${name}: ${grouped(units)} units of ${from} to ${to}`;
    return invoiceId === null ? `${used}, not on the invoice of that period` : used;
  }

  /** @throws {FareboxError} `not_found` */
  private async assertKnown({ customerId, meter }: MeteredPeriod): Promise<void> {
    if (!this.catalog.meters.some(({ name }) => name === meter))
      throw new FareboxError('not_found', `The catalog has no meter "${meter}".`);
    const { rowCount } = await this.database.run(() =>
      this.database.pool.query('select 1 from farebox.usage_periods where customer_id = $1 limit 1', [
        customerId,
      ]),
    );
    if (!rowCount)
      throw new FareboxError('not_found', `No billing period of a customer ${customerId} is known.`);
  }
}

/**
 * An invoice's charge must match the price of the units that we read on its lines: else we misread them, and would bill
 * twice.
 * @throws {ChangeRefusedError}
 */
export function assertReadable({ charged }: Invoiced, price: CatalogPrice): void {
  if (!charged || chargeFor(price, charged.units).minorUnits === charged.minorUnits) return;
  throw new ChangeRefusedError(
    `The lines of the period's invoice charge ${charged.minorUnits} minor units for ${charged.units} units, which is not what the price charges: make an invoice item in Stripe by hand.`,
  );
}

/** @throws {ChangeRefusedError} with the action to take instead. */
function assertLate(found: UsageComparison): void {
  const { verdict, reported, taken, billed, ledger, meterValue, stripe, invoicing, late = billed } = found;
  // Nothing more of it is reported or pending.
  const settled = found.waived + found.gone;
  switch (verdict) {
    case 'late':
      if (reported - taken !== settled)
        throw new ChangeRefusedError(
          `${reported - taken - settled} units recorded before the invoice was finalized are not reported yet, so the late usage cannot be priced. Run: npm run farebox -- usage report`,
        );
      if (invoicing?.state === 'pending')
        throw new ChangeRefusedError(`${PENDING} Try again when it is finalized.`);
      if (invoicing?.shortfall === 0n)
        throw new ChangeRefusedError('Nothing to bill: all usage is on invoices.');
      return;
    case 'uninvoiced':
      return;
    case 'pending':
      throw new ChangeRefusedError(`${PENDING} Try again when it is finalized.`);
    case 'overinvoiced':
      throw new ChangeRefusedError('More units were invoiced than used: issue a credit note in Stripe.');
    case 'billed':
      throw new ChangeRefusedError(
        `There is no late usage: ${late} units of the period were billed late before, and all others were reported.`,
      );
    case 'equal':
      throw new ChangeRefusedError('There is no late usage: all usage was reported.');
    case 'to_tell':
      throw new ChangeRefusedError(
        'There is no late usage: the invoice of the period is not finalized yet, and the next report includes what is missing.',
      );
    case 'miscounted':
      throw new ChangeRefusedError(
        `The meter total is ${meterValue}, but the recorded calls sum to ${ledger}: nothing is billed while they differ.`,
      );
    case 'settling':
    case 'missing':
      throw new ChangeRefusedError(
        `Stripe shows ${stripe} of ${taken} reported units. Try again when its totals include the rest, or when there is evidence that it is lost: see "usage lost".`,
      );
    case 'gone':
      throw new ChangeRefusedError('The customer was deleted at Stripe: nothing can be billed there.');
    case 'unknown':
      throw new BillingUnavailableError(new Error("Stripe's totals of the period could not be read"));
    case 'excess':
      throw new ChangeRefusedError(
        `Stripe shows ${stripe} units, but ${taken} were reported: see "usage adjust" first.`,
      );
  }
}

const PENDING =
  'The invoice of the period is a draft or not created yet: Stripe may still bill all of the usage.';
