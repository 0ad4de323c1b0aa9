import { isObject, type JsonObject } from './json.js';
import type { Profile, Profiles } from './profiles.js';
import type { SettingsStore } from './settings.js';
import type { StripeObjects } from './stripe-objects.js';

/**
 * The profiles as Moesif shows them: what the application posted, with what Stripe's webhooks told under
 * `metadata.stripe`. The two are put together only when somebody looks, so it makes no difference which came first.
 */
export class ProfileViews {
  constructor(
    private readonly posted: { users: Profiles; companies: Profiles; subscriptions: Profiles },
    private readonly stripe: StripeObjects,
    private readonly settings: SettingsStore,
  ) {}

  /** A user is a Stripe customer; its company comes from its post, or else from its newest subscription. */
  users(): JsonObject[] {
    const companies = this.companyByCustomer();
    return union(this.posted.users.ids(), idsOf(this.stripe.customers()), [...companies.keys()]).map((id) => {
      const posted = this.posted.users.get(id);
      const company = posted?.['company_id'] ?? companies.get(id);
      return {
        user_id: id,
        ...(company === undefined ? {} : { company_id: company }),
        ...withStripe(posted, { customer: this.stripe.customer(id) }),
      };
    });
  }

  /** A company is a Stripe subscription, or a customer (with its newest subscription) when the settings say so. */
  companies(): JsonObject[] {
    if (this.settings.current.companyId === 'subscription') {
      return union(this.posted.companies.ids(), idsOf(this.stripe.subscriptions())).map((id) => ({
        company_id: id,
        ...withStripe(this.posted.companies.get(id), { subscription: this.stripe.subscription(id) }),
      }));
    }
    const newest = this.newestByCustomer();
    const ids = union(this.posted.companies.ids(), idsOf(this.stripe.customers()), [...newest.keys()]);
    return ids.map((id) => ({
      company_id: id,
      ...withStripe(this.posted.companies.get(id), {
        customer: this.stripe.customer(id),
        subscription: newest.get(id),
      }),
    }));
  }

  /** Status and period are Stripe's once it has told them; the company is the posted one, if any. */
  subscriptions(): JsonObject[] {
    const ids = union(this.posted.subscriptions.ids(), idsOf(this.stripe.subscriptions()));
    return ids.map((id) => {
      const posted = this.posted.subscriptions.get(id);
      const stripe = this.stripe.subscription(id);
      return {
        subscription_id: id,
        ...(stripe ? { company_id: this.companyOf(stripe) } : {}),
        ...withStripe(posted, { subscription: stripe }),
        ...(stripe ? billingState(stripe) : {}),
      };
    });
  }

  private companyOf(subscription: JsonObject): unknown {
    return this.settings.current.companyId === 'subscription' ? subscription['id'] : customerOf(subscription);
  }

  private companyByCustomer(): Map<string, unknown> {
    return new Map(
      [...this.newestByCustomer()].map(([customer, subscription]) => [
        customer,
        this.companyOf(subscription),
      ]),
    );
  }

  /** Of several subscriptions a living one, then the one made last, then the one whose id sorts last. */
  private newestByCustomer(): Map<string, JsonObject> {
    const newest = new Map<string, JsonObject>();
    for (const subscription of this.stripe.subscriptions()) {
      const customer = customerOf(subscription);
      if (customer === undefined) continue;
      const best = newest.get(customer);
      if (!best || isNewer(subscription, best)) newest.set(customer, subscription);
    }
    return newest;
  }
}

function withStripe(posted: Profile | undefined, told: Record<string, JsonObject | undefined>): JsonObject {
  const known = Object.entries(told).filter(([, object]) => object !== undefined);
  const metadata = posted?.metadata ?? {};
  if (known.length === 0) return { ...posted, metadata };
  const before = isObject(metadata['stripe']) ? metadata['stripe'] : {};
  return { ...posted, metadata: { ...metadata, stripe: { ...before, ...Object.fromEntries(known) } } };
}

/** Since API version 2025-03-31.basil the period stands on the items. */
function billingState(subscription: JsonObject): JsonObject {
  const items = isObject(subscription['items']) ? subscription['items']['data'] : undefined;
  const item: unknown = Array.isArray(items) ? items[0] : undefined;
  const period = isObject(item) && 'current_period_start' in item ? item : subscription;
  const state: JsonObject = { status: subscription['status'] };
  for (const name of ['current_period_start', 'current_period_end']) {
    const seconds = period[name];
    if (typeof seconds === 'number') state[name] = new Date(seconds * 1000).toISOString();
  }
  return state;
}

function isNewer(a: JsonObject, b: JsonObject): boolean {
  const [liveA, liveB] = [isLive(a), isLive(b)];
  if (liveA !== liveB) return liveA;
  const [createdA, createdB] = [Number(a['created'] ?? 0), Number(b['created'] ?? 0)];
  return createdA === createdB ? String(a['id']) > String(b['id']) : createdA > createdB;
}

function isLive(subscription: JsonObject): boolean {
  const ended = ['canceled', 'incomplete_expired'].includes(String(subscription['status']));
  return !ended && subscription['deleted'] !== true;
}

/** Stripe sends an id, or the object when the endpoint expands it. */
function customerOf(subscription: JsonObject): string | undefined {
  const customer = subscription['customer'];
  const id = isObject(customer) ? customer['id'] : customer;
  return typeof id === 'string' ? id : undefined;
}

function idsOf(objects: JsonObject[]): string[] {
  return objects.map((object) => String(object['id']));
}

function union(...lists: string[][]): string[] {
  return [...new Set(lists.flat())];
}
