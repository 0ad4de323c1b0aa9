import { Stripe } from 'stripe';
import { type Catalog, parseCatalog } from '../../../../src/catalog/index.js';
import type { ApplyOptions, CatalogChange } from '../../../../src/modules/billing/ports/catalog-sync.js';
import { StripeCatalogSync } from '../../../../src/modules/billing/stripe/catalog/stripe-catalog-sync.js';
import { StripeClock } from '../../../../src/modules/billing/stripe/stripe-clock.js';
import { SystemClock } from '../../../../src/platform/clock/clock.js';
import { parseSettings, type Settings } from '../../../../src/platform/config/settings.js';
import { TwinProcess } from '../../../../packages/stripe-twin/test/support/twin-process.js';

/** An account at the twin, and the sync that is tried on it. */
export class CatalogAccount {
  readonly stripe: Stripe;
  readonly clock = new StripeClock(new SystemClock());

  private constructor(readonly twin: TwinProcess) {
    const { hostname, port } = new URL(twin.url);
    this.stripe = new Stripe('sk_test_contract', {
      host: hostname,
      port,
      protocol: 'http',
      // Nothing is repeated: a request that fails ends the run, as a kill would. The SDK's other client always sends a
      // request once more when its connection closes.
      httpClient: this.clock.watch(Stripe.createFetchHttpClient()),
      maxNetworkRetries: 0,
      telemetry: false,
    });
  }

  static async open(): Promise<CatalogAccount> {
    return new CatalogAccount(await TwinProcess.start());
  }

  close(): Promise<void> {
    return this.twin.close();
  }

  async reset(): Promise<void> {
    await this.twin.command('reset');
  }

  /** @param changed beside the keys. */
  settings(changed: Readonly<Record<string, string>> = {}): Settings {
    const base = {
      STRIPE_KEY: 'sk_test_contract',
      STRIPE_API_BASE: this.twin.url,
      TOKEN_SECRET: 'x'.repeat(32),
      PUBLIC_URL: 'http://127.0.0.1:3000',
      MOESIF_STRIPE_WEBHOOK_URL: 'https://moesif.example/stripe',
    };
    return parseSettings({ ...base, ...changed });
  }

  sync(settings: Readonly<Record<string, string>> = {}): StripeCatalogSync {
    return new StripeCatalogSync(this.stripe, this.settings(settings));
  }

  async apply(text: string, options: Partial<ApplyOptions> = {}): Promise<string[]> {
    const { changes } = await this.sync().apply(catalogOf(text), { migrate: false, ...options });
    return summaryOf(changes);
  }

  /** What is not as the file says. */
  async drift(text: string): Promise<string[]> {
    return summaryOf((await this.sync().compare(catalogOf(text), { migrate: false })).changes);
  }

  /** The event destinations, with their addresses. */
  async destinations(): Promise<Stripe.V2.Core.EventDestination[]> {
    return (await this.stripe.v2.core.eventDestinations.list({ include: ['webhook_endpoint.url'] })).data;
  }

  /** How many requests came, and how many of them could change something. */
  async requests(): Promise<{ all: number; writes: number }> {
    const { counts } = await this.twin.look<{ counts: Record<string, number> }>('requests');
    const entries = Object.entries(counts);
    const sum = (some: typeof entries) => some.reduce((total, [, count]) => total + count, 0);
    return { all: sum(entries), writes: sum(entries.filter(([route]) => !route.startsWith('GET '))) };
  }

  /** The methods of all requests that came, in their order. */
  async methods(): Promise<string[]> {
    const { recent } = await this.twin.look<{ recent: { method: string }[] }>('requests');
    return recent.map(({ method }) => method);
  }

  /** Everything that the sync could have made, without ids and times, in an order of its own. */
  async objects(): Promise<unknown> {
    const { stripe } = this;
    const limit = 100;
    const [meters, products, prices, endpoints, destinations, subscriptions, schedules] = await Promise.all([
      stripe.billing.meters.list({ limit }),
      stripe.products.list({ limit }),
      stripe.prices.list({ limit, expand: ['data.tiers'] }),
      stripe.webhookEndpoints.list({ limit }),
      this.destinations(),
      stripe.subscriptions.list({ limit }),
      stripe.subscriptionSchedules.list({ limit }),
    ]);
    const priceNames = new Map(prices.data.map(({ id, ...price }) => [id, nameOf(price)]));
    const sorted = (values: unknown[]) => values.map((value) => JSON.stringify(value)).sort();
    return {
      meters: sorted(
        meters.data.map(({ event_name, display_name, status }) => [event_name, display_name, status]),
      ),
      products: sorted(
        products.data.map(({ id, name, description, images, metadata, active, default_price }) => {
          const price = priceNames.get(String(default_price)) ?? null;
          return [id, name, description, images, Object.entries(metadata).sort(), active, price];
        }),
      ),
      prices: sorted(prices.data.map(nameOf)),
      endpoints: sorted(
        endpoints.data.map(({ url, enabled_events, status }) => [url, enabled_events.toSorted(), status]),
      ),
      destinations: sorted(
        destinations.map(({ webhook_endpoint, enabled_events, status, metadata }) => [
          webhook_endpoint?.url,
          enabled_events.toSorted(),
          status,
          Object.entries(metadata ?? {}).sort(),
        ]),
      ),
      schedules: sorted(
        schedules.data
          .filter(({ status }) => status === 'active')
          .map(({ phases, subscription, metadata }) => [
            subscription,
            Object.keys(metadata ?? {}),
            phases.map(({ items }) => items.map(({ price }) => priceNames.get(String(price)))),
          ]),
      ),
      subscriptions: sorted(
        subscriptions.data.map(({ id, items }) => [
          id,
          items.data.map(({ price }) => priceNames.get(price.id)),
        ]),
      ),
    };
  }
}

function nameOf(price: Omit<Stripe.Price, 'id'>): unknown[] {
  const { lookup_key, active, product, metadata, nickname, tax_behavior, tiers, currency } = price;
  const { recurring, unit_amount_decimal, transform_quantity } = price;
  const period = [recurring?.interval, recurring?.interval_count, recurring?.usage_type];
  const terms = [currency, period, unit_amount_decimal?.toString(), transform_quantity, tiers];
  return [lookup_key, active, product, Object.entries(metadata).sort(), nickname, tax_behavior, terms];
}

export function catalogOf(text: string): Catalog {
  return parseCatalog(text, 'monetization.yaml');
}

/** What is not as it should be: `create price team`. */
export function summaryOf(changes: readonly CatalogChange[]): string[] {
  return changes
    .filter(({ action }) => action !== 'none')
    .map(({ action, kind, name, differences }) =>
      [action, kind, kind === 'subscription' ? '' : name, differences.map(({ what }) => what).join(' ')]
        .filter((part) => part !== '')
        .join(' '),
    );
}
