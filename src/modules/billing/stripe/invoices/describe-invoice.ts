import type Stripe from 'stripe';
import { type Amount, amountOfMinorUnitText } from '../../../../catalogue/index.js';
import {
  type BilledUsage,
  type Invoice,
  INVOICE_STATUSES,
  type InvoiceLine,
  type InvoiceStatus,
} from '../../invoice-gateway.js';

/** What we did last with a draft, on the invoice itself: by it a hold of ours is told from somebody else's. */
export const HOLD_KEY = 'farebox_hold';

/** An invoice in our words. @param prices those that its lines name, by id. */
export function describeInvoice(
  invoice: Stripe.Invoice,
  lines: readonly Stripe.InvoiceLineItem[],
  prices: ReadonlyMap<string, Stripe.Price>,
): Invoice {
  const tiers = tiersOf(lines, prices);
  return {
    id: invoice.id ?? '',
    number: invoice.number,
    status: statusOf(invoice.status),
    customerId: idOf(invoice.customer) ?? '',
    subscriptionId: idOf(invoice.parent?.subscription_details?.subscription) ?? null,
    currency: invoice.currency,
    minorUnits: BigInt(invoice.total),
    periodStart: atSecond(invoice.period_start),
    periodEnd: atSecond(invoice.period_end),
    hostedUrl: invoice.hosted_invoice_url ?? null,
    advances: invoice.auto_advance ?? false,
    hold: holdOf(invoice.metadata?.[HOLD_KEY]),
    lines: lines.map((line) => describeLine(line, prices, tiers.get(line.id) ?? null)),
  };
}

function describeLine(
  line: Stripe.InvoiceLineItem,
  prices: ReadonlyMap<string, Stripe.Price>,
  tier: number | null,
): InvoiceLine {
  return {
    id: line.id,
    description: line.description ?? '',
    quantity: (line.quantity_decimal ?? line.quantity ?? 1).toString(),
    unitAmount: unitAmountOf(line),
    minorUnits: BigInt(line.amount),
    from: atSecond(line.period.start),
    to: atSecond(line.period.end),
    usage: usageOf(line, prices, tier),
  };
}

/** The price that a line is of. */
export function priceIdOf(line: Stripe.InvoiceLineItem): string | undefined {
  return idOf(line.pricing?.price_details?.price);
}

function usageOf(
  line: Stripe.InvoiceLineItem,
  prices: ReadonlyMap<string, Stripe.Price>,
  tier: number | null,
): BilledUsage | null {
  const price = prices.get(priceIdOf(line) ?? '');
  const meter = price?.recurring?.meter;
  // Usage at a price that the subscription has left is an invoice item, with that price.
  if (!price || !meter) return null;
  return { providerMeter: meter, priceId: price.id, tier };
}

function unitAmountOf({ pricing, currency }: Stripe.InvoiceLineItem): Amount | null {
  const text = pricing?.unit_amount_decimal?.toString();
  return (text !== undefined && amountOfMinorUnitText(text, currency)) || null;
}

/**
 * Which tier each line of a tiered price is of: Stripe's lines do not say it, and come in the order of the tiers, each
 * with its flat fee behind it. By volume, the number of all units says it.
 */
function tiersOf(
  lines: readonly Stripe.InvoiceLineItem[],
  prices: ReadonlyMap<string, Stripe.Price>,
): Map<string, number> {
  const found = new Map<string, number>();
  const places = new Map<string, { tier: number; feeNext: boolean }>();
  for (const line of lines) {
    const price = prices.get(priceIdOf(line) ?? '');
    if (!price?.tiers_mode) continue;
    const key = `${price.id} ${line.period.start}`;
    const place = places.get(key) ?? { tier: 0, feeNext: false };
    if (!place.feeNext) place.tier = price.tiers_mode === 'volume' ? volumeTier(price, line) : place.tier + 1;
    const flat = price.tiers?.[place.tier - 1]?.flat_amount_decimal?.toString() ?? '0';
    place.feeNext = !place.feeNext && !/^0(\.0*)?$/.test(flat);
    places.set(key, place);
    found.set(line.id, place.tier);
  }
  return found;
}

function volumeTier({ tiers }: Stripe.Price, { quantity }: Stripe.InvoiceLineItem): number {
  const reached = (tiers ?? []).findIndex(({ up_to: upTo }) => upTo === null || (quantity ?? 0) <= upTo);
  return reached + 1;
}

function statusOf(status: string | null): InvoiceStatus {
  return INVOICE_STATUSES.find((known) => known === status) ?? 'draft';
}

const holdOf = (mark: string | undefined): Invoice['hold'] =>
  mark === 'held' || mark === 'released' ? mark : null;

const atSecond = (seconds: number): Date => new Date(seconds * 1_000);

function idOf(reference: string | { id: string } | null | undefined): string | undefined {
  return typeof reference === 'object' ? reference?.id : reference;
}
