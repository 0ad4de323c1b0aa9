import type Stripe from 'stripe';
import { DEFAULT_WINDOW_MS, type MeterDefinition } from '../../../../catalog/index.js';
import { readCounting } from './marks.js';

/** Collects the meters of the file to write, as prices need them. */
export class ImportedMeters {
  private readonly found = new Map<string, { meter: MeterDefinition; position: number }>();

  constructor(
    private readonly meters: readonly Stripe.Billing.Meter[],
    private readonly note: (text: string) => void,
  ) {}

  /** The name in the file of the meter of a price; the reason when Farebox could not report to it. */
  nameFor(price: Stripe.Price): { name: string } | { reason: string } {
    const id = price.recurring?.meter ?? '';
    const known = this.found.get(id);
    if (known) return { name: known.meter.name };
    const meter = this.meters.find((one) => one.id === id);
    if (!meter) return { reason: `its meter ${id} is not there` };
    const reason = reasonAgainst(meter);
    if (reason !== undefined) return { reason: `its meter ${id} ${reason}` };
    return { name: this.add(meter, price).name };
  }

  /** In the order of the file that was applied; others after them. */
  all(): MeterDefinition[] {
    return [...this.found.values()].toSorted((a, b) => a.position - b.position).map(({ meter }) => meter);
  }

  noteUnused(): void {
    for (const { id, event_name, status } of this.meters)
      if (!this.found.has(id))
        this.note(
          `Meter ${id} (event name ${event_name}, ${status}): no plan of this file is charged by it.`,
        );
  }

  private add(held: Stripe.Billing.Meter, { id, metadata }: Stripe.Price): MeterDefinition {
    const counting = readCounting(metadata);
    if (!counting)
      this.note(
        `Meter ${held.id} (event name ${held.event_name}): Stripe does not say which calls count, so here every paid call does. Price ${id} is charged by it.`,
      );
    const { position = Number.MAX_SAFE_INTEGER, ...says } = counting ?? {
      name: slug(held.event_name),
      filter: {},
      metric: 'event_count' as const,
      aggregation: 'sum' as const,
      windowMs: DEFAULT_WINDOW_MS,
    };
    const taken = new Set([...this.found.values()].map(({ meter }) => meter.name));
    const name = unusedName(says.name, taken);
    const meter = { ...says, name, displayName: held.display_name, eventName: held.event_name };
    this.found.set(held.id, { meter, position });
    return meter;
  }
}

function reasonAgainst({
  default_aggregation,
  event_time_window,
  customer_mapping,
  value_settings,
}: Stripe.Billing.Meter): string | undefined {
  if (default_aggregation.formula !== 'sum')
    return `adds up by "${default_aggregation.formula}"; Farebox reports to meters that sum`;
  if (event_time_window)
    return `keeps the latest event of each ${event_time_window} and drops the others (event_time_window); Farebox reports to meters without a window`;
  if (
    customer_mapping.event_payload_key !== 'stripe_customer_id' ||
    value_settings.event_payload_key !== 'value'
  )
    return 'wants other keys in its events than stripe_customer_id and value';
  return undefined;
}

/** A text as a valid name in the format. */
export function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[^a-z]+|-$/g, '')
    .slice(0, 60);
  return plain === '' ? 'unnamed' : plain;
}

export function unusedName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) {
    const next = number === 2 ? name : `${name}-${number - 1}`;
    if (!taken.has(next)) return next;
  }
}
