import { Injectable } from '@nestjs/common';
import {
  Catalog,
  type CatalogPrice,
  chargeFor,
  type ChargeLine,
  describeChargeLine,
  majorUnitText,
  moneyText,
} from '../../catalog/index.js';
import { FareboxError } from '../../platform/errors/farebox-error.js';
import type { Principal } from '../../platform/identity/principal.js';
import { type Account, AccountsService } from '../accounts/index.js';
import { BillingUnavailableError } from '../billing/ports/billing-errors.js';
import { type Invoice, InvoiceGateway, type InvoiceLine } from '../billing/ports/invoice-gateway.js';
import { type AccruedUsage, AccruedUsages } from '../meters/index.js';
import { type SyncTimes, UsageBilling } from '../usage/index.js';
import type { InvoicePreviewDto, PreviewLineDto } from './account-invoices.dto.js';
import { ProviderReads, type Read } from './provider-reads.js';

type Preview = Omit<InvoicePreviewDto, keyof SyncTimes>;

/** A line of our own calculation, still with its amount as a number. */
interface OwnLine {
  line: PreviewLineDto;
  minorUnits: bigint;
}

interface MeterNames {
  name: string;
  displayName: string;
}

/** The cost of the current period so far: as Stripe would bill it now, and as calculated from our own count. */
@Injectable()
export class InvoicePreviewService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly invoices: InvoiceGateway,
    private readonly usage: AccruedUsages,
    private readonly billing: UsageBilling,
    private readonly catalog: Catalog,
    private readonly reads: ProviderReads,
  ) {}

  /** @throws {BillingUnavailableError} when Stripe is away and our own count cannot be priced without it. */
  async show(principal: Principal): Promise<InvoicePreviewDto> {
    const account = await this.accounts.findById(principal.account.accountId);
    if (!account) throw new Error(`the account ${principal.account.accountId} is gone`);
    const sync = await this.billing.syncTimes(account.customerId);
    return { ...(await this.preview(account, sync)), ...sync };
  }

  private async preview(account: Account, sync: SyncTimes): Promise<Preview> {
    const asked = await this.ask(account, sync);
    const away = asked instanceof FareboxError ? asked : undefined;
    const stripe = asked instanceof FareboxError ? undefined : asked.value;
    const stripeAt = asked instanceof FareboxError ? null : asked.at;
    if (!away && !stripe) return nothing(account, this.currencyOf(account), stripeAt);
    const accrued = await this.usage.current(account.customerId, account.subscriptionId);
    const own = await this.reckon(account, accrued, away);
    if (!stripe) return this.alone(account, own);
    const names = await this.usage.names();
    const others = stripe.lines.filter(({ usage }) => usage === null);
    const currency = stripe.currency;
    const ours = [
      ...own.map(({ line }) => line),
      ...others.map((line) => previewLine(line, names, currency)),
    ];
    const ownTotal = sumOf(own) + sumOf(others);
    const ownCost = { minorUnits: ownTotal, lines: ours };
    const providerCost = {
      minorUnits: stripe.minorUnits,
      lines: stripe.lines.map((line) => previewLine(line, names, currency)),
    };
    const shown = this.billing.upcoming(providerCost, ownCost);
    return {
      currency,
      periodStart: account.periodStart,
      periodEnd: account.periodEnd,
      stripe: 'answered',
      stripeAt,
      total: moneyText(shown.minorUnits, currency),
      lines: shown.lines,
      ours: { total: moneyText(ownTotal, currency), lines: ours },
      differs: ownTotal !== shown.minorUnits,
    };
  }

  /** Cached until usage is reported, the subscription changes, or a moment has passed. @returns why it is not available. */
  private async ask(
    account: Account,
    { reportedAt }: SyncTimes,
  ): Promise<Read<Invoice | undefined> | FareboxError> {
    const { subscriptionId, status, plan, pendingPlan, pendingAt, periodStart, trialEnd, cancelAt } = account;
    const terms = [subscriptionId, status, plan, pendingPlan, pendingAt, periodStart, trialEnd, cancelAt];
    try {
      return await this.reads.read(account.accountId, ['preview', ...terms, reportedAt], () =>
        this.invoices.preview(subscriptionId),
      );
    } catch (error) {
      if (error instanceof FareboxError) return error;
      throw error;
    }
  }

  /** @param away why Stripe does not answer, if it does not: then only the prices of the catalog are available. */
  private async reckon(
    account: Account,
    accrued: readonly AccruedUsage[],
    away: FareboxError | undefined,
  ): Promise<OwnLine[]> {
    const lines: OwnLine[] = [];
    for (const part of accrued) {
      const terms = away ? this.planTerms(account, part) : await this.invoices.termsOf(part.priceId);
      if (!terms)
        throw away ?? new BillingUnavailableError(new Error(`the price ${part.priceId} is unreadable`));
      for (const line of chargeFor(terms, part.units).lines)
        lines.push(ownLine(line, this.meterOf(part), terms.currency, account.status === 'trialing'));
    }
    return lines;
  }

  private meterOf({ meter: name }: AccruedUsage): MeterNames {
    return {
      name,
      displayName: this.catalog.meters.find((each) => each.name === name)?.displayName ?? name,
    };
  }

  private planTerms(account: Account, { closed, meter }: AccruedUsage): CatalogPrice | undefined {
    const price = this.catalog.plans.find(({ id }) => id === account.plan)?.price;
    return !closed && price && !('stripePriceId' in price) && price.meter === meter ? price : undefined;
  }

  /** Without Stripe: usage and base fee. Pending items at Stripe, such as credits, are not known. */
  private alone(account: Account, own: readonly OwnLine[]): Preview {
    const plan = this.catalog.plans.find(({ id }) => id === account.plan);
    const currency = this.currencyOf(account);
    const fees =
      plan?.baseFee && !('stripePriceId' in plan.price) && account.status !== 'trialing'
        ? chargeFor(plan.price, 0n, plan.baseFee).lines.slice(0, 1)
        : [];
    const all = [...own, ...fees.map((fee) => ownLine(fee, undefined, currency, false))];
    const ours = { total: moneyText(sumOf(all), currency), lines: all.map(({ line }) => line) };
    return {
      currency,
      periodStart: account.periodStart,
      periodEnd: account.periodEnd,
      stripe: 'unavailable',
      stripeAt: null,
      ...ours,
      ours,
      differs: false,
    };
  }

  private currencyOf(account: Account): string {
    const price = this.catalog.plans.find(({ id }) => id === account.plan)?.price;
    return price && !('stripePriceId' in price) ? price.currency : 'usd';
  }
}

/** An ended subscription has no upcoming invoice. */
function nothing({ periodStart, periodEnd }: Account, currency: string, stripeAt: Date | null): Preview {
  const total = moneyText(0n, currency);
  const ours = { total, lines: [] };
  const period = { currency, periodStart, periodEnd };
  return { ...period, stripe: 'no_invoice', stripeAt, total, lines: [], ours, differs: false };
}

const sumOf = (lines: readonly { minorUnits: bigint }[]): bigint =>
  lines.reduce((sum, { minorUnits }) => sum + minorUnits, 0n);

function previewLine(
  { description, quantity, unitAmount, minorUnits, usage }: InvoiceLine,
  names: ReadonlyMap<string, string>,
  currency: string,
): PreviewLineDto {
  const meter = usage && names.get(usage.providerMeter);
  return {
    description,
    quantity,
    unitAmount: unitAmount && majorUnitText(unitAmount),
    amount: moneyText(minorUnits, currency),
    ...(meter ? { meter } : {}),
    ...(usage?.tier ? { tier: usage.tier } : {}),
  };
}

function describeOwnLine(line: ChargeLine, meter: MeterNames | undefined): string {
  const words = describeChargeLine(line);
  if (meter === undefined) return words;
  return words === 'units' ? meter.displayName : `${meter.displayName}, ${words}`;
}

/** Usage in a trial is shown, and costs nothing. */
function ownLine(line: ChargeLine, meter: MeterNames | undefined, currency: string, free: boolean): OwnLine {
  const minorUnits = free ? 0n : line.minorUnits;
  return {
    minorUnits,
    line: {
      description: describeOwnLine(line, meter),
      quantity: String(line.quantity),
      unitAmount: majorUnitText(line.unitAmount),
      amount: moneyText(minorUnits, currency),
      ...(meter === undefined ? {} : { meter: meter.name }),
      ...(line.tier === null ? {} : { tier: line.tier }),
    },
  };
}
