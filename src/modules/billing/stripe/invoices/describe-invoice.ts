import type Stripe from 'stripe';
import { type Amount, amountOfMinorUnitText, roundToMinorUnits } from '../../../../catalog/index.js';
import {
  type BilledUnits,
  type BilledUsage,
  type Invoice,
  INVOICE_STATUSES,
  type InvoiceLine,
  type InvoiceStatus,
} from '../../ports/invoice-gateway.js';

/** Our last action on a draft, on the invoice itself: it distinguishes our hold from others. */
export const HOLD_KEY = 'farebox_hold';
/** When our hold ends, and when the draft would have become final without it, in Unix seconds. */
export const HELD_UNTIL_KEY = 'farebox_held_until';
export const NATURAL_KEY = 'farebox_finalizes_at';
/** The metadata key for the name of the late usage that an invoice item, and the line it becomes, bills. */
export const LATE_USAGE_KEY = 'farebox_late_usage';

/** An invoice in our terms, except for whether it has more lines. */
export function describeInvoice(
  invoice: Stripe.Invoice,
  lines: readonly InvoiceLine[],
): Omit<Invoice, 'moreLines'> {
  const { metadata } = invoice;
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
    hold: holdOf(metadata?.[HOLD_KEY]),
    heldUntil: dateOf(Number(metadata?.[HELD_UNTIL_KEY]) || null),
    createdAt: atSecond(invoice.created),
    finalizesAt: dateOf(invoice.automatically_finalizes_at),
    finalizedAt: dateOf(invoice.status_transitions?.finalized_at ?? null),
    finalizationError: errorOf(invoice.last_finalization_error),
    amountDue: BigInt(invoice.amount_due ?? 0),
    amountPaid: BigInt(invoice.amount_paid ?? 0),
    amountCredited:
      BigInt(invoice.pre_payment_credit_notes_amount ?? 0) +
      BigInt(invoice.post_payment_credit_notes_amount ?? 0),
    lines,
  };
}

/** Lines of one invoice. @param prices those that the lines refer to, by id. */
export function describeLines(
  lines: readonly Stripe.InvoiceLineItem[],
  prices: ReadonlyMap<string, Stripe.Price>,
): InvoiceLine[] {
  const places = tiersOf(lines, prices);
  return lines.map((line) => describeLine(line, prices, places.get(line.id)));
}

/** Its code says what to do, its type at least the kind of error; its message may contain names of people. */
function errorOf(error: Stripe.Invoice['last_finalization_error'] | undefined): string | null {
  return error ? (error.code ?? error.type) : null;
}

function describeLine(
  line: Stripe.InvoiceLineItem,
  prices: ReadonlyMap<string, Stripe.Price>,
  place: Place | undefined,
): InvoiceLine {
  return {
    id: line.id,
    description: line.description ?? '',
    quantity: quantityOf(line),
    unitAmount: unitAmountOf(line),
    minorUnits: BigInt(line.amount),
    currency: line.currency,
    from: atSecond(line.period.start),
    to: atSecond(line.period.end),
    usage: usageOf(line, prices, place),
    lateUsage: line.metadata?.[LATE_USAGE_KEY] ?? null,
  };
}

/** The price that a line is of. */
export function priceIdOf(line: Stripe.InvoiceLineItem): string | undefined {
  return idOf(line.pricing?.price_details?.price);
}

function usageOf(
  line: Stripe.InvoiceLineItem,
  prices: ReadonlyMap<string, Stripe.Price>,
  place: Place | undefined,
): BilledUsage | null {
  const price = prices.get(priceIdOf(line) ?? '');
  const meter = price?.recurring?.meter;
  // Usage at a price that the subscription has left is an invoice item, with that price.
  if (!price || !meter) return null;
  const billed = place?.isFee ? null : billedUnits(line, price);
  return { providerMeter: meter, priceId: price.id, tier: place?.tier ?? null, billed };
}

/**
 * Stripe does not document whether the quantity of a line with packages (`transform_quantity`) is in units or packages:
 * when the amount matches that many packages, and not that many units, it is in packages.
 */
export function billedUnits(
  line: Pick<Stripe.InvoiceLineItem, 'quantity' | 'quantity_decimal' | 'amount'>,
  price: Stripe.Price,
): BilledUnits {
  const quantity = BigInt(quantityOf(line).split('.')[0] || '0');
  const size = price.transform_quantity?.divide_by ?? 1;
  const unit = amountOfMinorUnitText(price.unit_amount_decimal?.toString() ?? '', price.currency);
  if (size === 1 || !unit) return { quantity, packageSize: 1 };
  const charged = (packages: bigint): bigint =>
    roundToMinorUnits({ ...unit, picoMinorUnits: unit.picoMinorUnits * packages });
  const started = (quantity + BigInt(size) - 1n) / BigInt(size);
  const ofPackages = charged(quantity) === BigInt(line.amount) && charged(started) !== BigInt(line.amount);
  return { quantity, packageSize: ofPackages ? size : 1 };
}

const quantityOf = (line: Pick<Stripe.InvoiceLineItem, 'quantity' | 'quantity_decimal'>): string =>
  (line.quantity_decimal ?? line.quantity ?? 1).toString();

function unitAmountOf({ pricing, currency }: Stripe.InvoiceLineItem): Amount | null {
  const text = pricing?.unit_amount_decimal?.toString();
  return (text !== undefined && amountOfMinorUnitText(text, currency)) || null;
}

/** The position of a line among those of its tiered price. */
interface Place {
  tier: number;
  /** Whether it is the tier's flat fee, which has the quantity 1 and counts nothing. */
  isFee: boolean;
}

/**
 * The tier of each line of a tiered price: Stripe's lines do not show it, and come in the order of the tiers, each
 * followed by its flat fee. For volume pricing, the number of all units determines it.
 */
function tiersOf(
  lines: readonly Stripe.InvoiceLineItem[],
  prices: ReadonlyMap<string, Stripe.Price>,
): Map<string, Place> {
  const found = new Map<string, Place>();
  const places = new Map<string, { tier: number; feeNext: boolean }>();
  for (const line of lines) {
    const price = prices.get(priceIdOf(line) ?? '');
    if (!price?.tiers_mode) continue;
    const key = `${price.id} ${line.period.start}`;
    const place = places.get(key) ?? { tier: 0, feeNext: false };
    const isFee = place.feeNext;
    if (!isFee) place.tier = price.tiers_mode === 'volume' ? volumeTier(price, line) : place.tier + 1;
    const flat = price.tiers?.[place.tier - 1]?.flat_amount_decimal?.toString() ?? '0';
    place.feeNext = !isFee && !isItem(line) && !/^0(\.0*)?$/.test(flat);
    places.set(key, place);
    found.set(line.id, { tier: place.tier, isFee });
  }
  return found;
}

/** Usage at a price that was left is one invoice item, with all tiers and fees in it. */
const isItem = ({ parent }: Stripe.InvoiceLineItem): boolean =>
  Boolean(parent?.subscription_item_details?.invoice_item ?? parent?.invoice_item_details?.invoice_item);

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
const dateOf = (seconds: number | null | undefined): Date | null =>
  seconds === null || seconds === undefined ? null : atSecond(seconds);

function idOf(reference: string | { id: string } | null | undefined): string | undefined {
  return typeof reference === 'object' ? reference?.id : reference;
}
