import type Stripe from 'stripe';

type PhaseParams = Stripe.SubscriptionScheduleUpdateParams.Phase;
type ItemParams = PhaseParams['items'][number];

/** The change to a subscription when its period ends. */
export interface ScheduledPrices {
  /** As for an immediate update of the subscription; or the complete list of items. */
  changes: readonly Stripe.SubscriptionUpdateParams.Item[] | { items: ItemParams[] };
  /** When the current period of its metered item ends, in seconds. */
  periodEnd: number;
  /** Whether the new prices have a different period length. */
  otherCadence: boolean;
  /** Set on the subscription when the change is made. */
  metadata: Record<string, string>;
  automaticTax: boolean;
}

/**
 * The phases of a schedule that was created from a subscription: the subscription as it is until its period ends, then
 * with the changes. After that the schedule releases it (`end_behavior`): a day is enough for the second phase.
 */
export function phasesOf(
  made: Stripe.SubscriptionSchedule,
  items: readonly Stripe.SubscriptionItem[],
  wanted: ScheduledPrices,
): PhaseParams[] {
  const [current] = made.phases;
  if (!current) throw new Error(`schedule ${made.id} has no phase`);
  const { changes, periodEnd, otherCadence, metadata, automaticTax } = wanted;
  const settings = settingsOf(current);
  return [
    {
      ...settings,
      start_date: current.start_date,
      end_date: periodEnd,
      items: items.map(itemOf),
      proration_behavior: 'none',
      ...(current.trial_end === null || current.trial_end === undefined
        ? {}
        : { trial_end: Math.min(current.trial_end, periodEnd) }),
    },
    {
      ...settings,
      duration: { interval: 'day', interval_count: 1 },
      items: 'items' in changes ? changes.items : itemsAfter(items, changes),
      // The ended period is billed by its own invoice: there is nothing to prorate.
      proration_behavior: 'none',
      // "If `phase_start` then billing cycle anchor of the subscription is set to the start of the phase". Only when
      // the period length changes: otherwise it would turn the 31st into the 30th.
      ...(otherCadence ? { billing_cycle_anchor: 'phase_start' } : {}),
      ...(automaticTax ? { automatic_tax: { enabled: true } } : {}),
      // "Metadata on a schedule's phase will update the underlying subscription's `metadata` when the phase is entered".
      metadata,
    },
  ];
}

/**
 * The remaining change of a released schedule; undefined when its time is over, or the subscription has other prices
 * than it began with.
 */
export function againOf(
  { phases }: Stripe.SubscriptionSchedule,
  { items }: Stripe.Subscription,
): ScheduledPrices | undefined {
  const [first, last] = [phases[0], phases.at(-1)];
  const metered = items.data.find(({ price }) => price.recurring?.usage_type === 'metered') ?? items.data[0];
  if (!first || !last || first === last || last.start_date !== metered?.current_period_end) return undefined;
  const pricesOf = (of: readonly { price: string | { id: string } }[]) =>
    of
      .map(({ price }) => idOf(price))
      .sort()
      .join();
  if (pricesOf(first.items) !== pricesOf(items.data)) return undefined;
  return {
    changes: { items: last.items.map(phaseItemOf) },
    periodEnd: last.start_date,
    otherCadence: last.billing_cycle_anchor === 'phase_start',
    metadata: last.metadata ?? {},
    automaticTax: last.automatic_tax?.enabled ?? false,
  };
}

function phaseItemOf({
  price,
  quantity,
  tax_rates: taxRates,
  metadata,
}: Stripe.SubscriptionSchedule.Phase.Item): ItemParams {
  return {
    price: idOf(price),
    ...(quantity === undefined || quantity === null ? {} : { quantity }),
    ...(taxRates && taxRates.length > 0 ? { tax_rates: taxRates.map(({ id }) => id) } : {}),
    ...(metadata && Object.keys(metadata).length > 0 ? { metadata } : {}),
  };
}

/** The settings that both phases keep of the subscription: a phase without them would reset them. */
function settingsOf(phase: Stripe.SubscriptionSchedule.Phase): Partial<PhaseParams> {
  const taxRates = phase.default_tax_rates ?? [];
  const daysUntilDue = phase.invoice_settings?.days_until_due;
  return {
    ...(phase.automatic_tax ? { automatic_tax: { enabled: phase.automatic_tax.enabled } } : {}),
    ...(phase.collection_method ? { collection_method: phase.collection_method } : {}),
    ...(phase.default_payment_method ? { default_payment_method: idOf(phase.default_payment_method) } : {}),
    ...(taxRates.length > 0 ? { default_tax_rates: taxRates.map(({ id }) => id) } : {}),
    ...(phase.discounts.length > 0 ? { discounts: phase.discounts.map(discountOf) } : {}),
    ...(phase.description ? { description: phase.description } : {}),
    ...(daysUntilDue ? { invoice_settings: { days_until_due: daysUntilDue } } : {}),
  };
}

function discountOf({
  coupon,
  discount,
  promotion_code: promotion,
}: Stripe.SubscriptionSchedule.Phase.Discount) {
  if (discount) return { discount: idOf(discount) };
  return promotion ? { promotion_code: idOf(promotion) } : { coupon: idOf(coupon as string) };
}

function itemsAfter(
  items: readonly Stripe.SubscriptionItem[],
  changes: readonly Stripe.SubscriptionUpdateParams.Item[],
): ItemParams[] {
  const kept = items.flatMap((item): ItemParams[] => {
    const change = changes.find(({ id }) => id === item.id);
    if (change?.deleted) return [];
    return [{ ...itemOf(item), ...(change?.price === undefined ? {} : { price: change.price }) }];
  });
  const added = changes
    .filter(({ id }) => id === undefined)
    .map(({ price, quantity }): ItemParams => ({ price: price as string, quantity: quantity ?? 1 }));
  return [...kept, ...added];
}

/** "Can be set only if the price's `usage_type` is `licensed` and not `metered`." */
function itemOf({ price, quantity, tax_rates: taxRates, metadata }: Stripe.SubscriptionItem): ItemParams {
  return {
    price: price.id,
    ...(price.recurring?.usage_type === 'metered' ? {} : { quantity: quantity ?? 1 }),
    ...(taxRates && taxRates.length > 0 ? { tax_rates: taxRates.map(({ id }) => id) } : {}),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  };
}

const idOf = (object: string | { id: string }): string => (typeof object === 'string' ? object : object.id);
