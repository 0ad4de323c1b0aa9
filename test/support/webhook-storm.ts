import { expect } from '@jest/globals';
import { type Farebox, newPerson, post, query } from './farebox.js';
import { until } from './processes.js';
import type { Random } from './random.js';
import { askStripe, deliverEvent, type Signed, signEvent, type StripeEvent } from './webhooks.js';

/** What Stripe may send, in wild mixture. What we have no rule for is kept and ignored. */
const TYPES = [
  'customer.created',
  'customer.updated',
  'customer.deleted',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'customer.subscription.trial_will_end',
  'customer.subscription.pending_update_applied',
  'customer.subscription.pending_update_expired',
  'invoice.created',
  'invoice.finalized',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'invoice.voided',
  'invoice.marked_uncollectible',
  'invoice.updated',
  'charge.succeeded',
  'charge.failed',
  'payment_intent.succeeded',
  'payment_method.attached',
  'price.updated',
  'product.updated',
] as const;
const STATUSES = ['active', 'past_due', 'unpaid', 'canceled', 'paused', 'trialing', 'incomplete'] as const;
const AT_A_TIME = 8;

export interface StormCustomer {
  customerId: string;
  subscriptionId: string;
}

/** Customers with a past at Stripe: each in another state, none as it was when it registered. */
export async function customersWithAPast(farebox: Farebox): Promise<StormCustomer[]> {
  const register = async (): Promise<StormCustomer> => {
    const { json } = await post(`${farebox.url}/register`, newPerson());
    return { customerId: String(json['customerId']), subscriptionId: String(json['subscriptionId']) };
  };
  const customers = await Promise.all(Array.from({ length: 10 }, register));
  const stripe = (method: string, path: string, form?: Record<string, string>) =>
    askStripe(farebox, method, path, form);
  const prices = (await stripe('GET', 'prices?limit=100'))['data'] as { id: string; lookup_key: string }[];
  const volume = String(prices.find(({ lookup_key: key }) => key.includes('volume'))?.id);
  const status = (of: StormCustomer, value: string) =>
    post(`${farebox.stripeUrl}/_sandbox/subscriptions/${of.subscriptionId}`, { status: value });
  const [past, unpaid, paused, cancelled, deleted, trial, ending, upgraded, anew] = customers as [
    StormCustomer,
    ...StormCustomer[],
  ] &
    StormCustomer[];
  if (!past || !unpaid || !paused || !cancelled || !deleted || !trial || !ending || !upgraded || !anew)
    throw new Error('ten customers were wanted');
  await status(past, 'past_due');
  await status(unpaid, 'unpaid');
  await status(paused, 'paused');
  await stripe('DELETE', `subscriptions/${cancelled.subscriptionId}`);
  await stripe('DELETE', `customers/${deleted.customerId}`);
  const trialEnd = String(Math.floor(Date.now() / 1_000) + 864_000);
  await stripe('POST', `subscriptions/${trial.subscriptionId}`, { trial_end: trialEnd });
  await stripe('POST', `subscriptions/${ending.subscriptionId}`, { cancel_at_period_end: 'true' });
  const subscription = await stripe('GET', `subscriptions/${upgraded.subscriptionId}`);
  const [item] = (subscription['items'] as { data: { id: string }[] }).data;
  await stripe('POST', `subscriptions/${upgraded.subscriptionId}`, {
    'items[0][id]': String(item?.id),
    'items[0][price]': volume,
  });
  await stripe('DELETE', `subscriptions/${anew.subscriptionId}`);
  await stripe('POST', 'subscriptions', { customer: anew.customerId, 'items[0][price]': volume });
  return customers;
}

/** Events about the customers; what they say of their state is invented, and must not matter. */
export function stormEvents(
  customers: readonly StormCustomer[],
  count: number,
  random: Random,
  round: string,
): StripeEvent[] {
  return Array.from({ length: count }, (_, n) => {
    const type = TYPES[n % TYPES.length] ?? TYPES[0];
    const { customerId, subscriptionId } = random.pick(customers as [StormCustomer, ...StormCustomer[]]);
    const kind = type.startsWith('customer.subscription') ? 'subscription' : (type.split('.')[0] ?? '');
    const ids: Record<string, string> = { customer: customerId, subscription: subscriptionId };
    return {
      id: `evt_${round}_${n}`,
      object: 'event',
      type,
      created: Math.floor(Date.now() / 1_000) - random.between(0, 200_000),
      data: {
        object: {
          object: kind,
          id: ids[kind] ?? `${kind}_${n}`,
          ...(kind === 'customer' ? {} : { customer: customerId }),
          status: random.pick(STATUSES),
        },
      },
    };
  });
}

/** What must be refused, and leave nothing behind: one of each for every fifty events. */
function refusedDeliveries(count: number, secret: string, round: string): Signed[] {
  return Array.from({ length: Math.ceil(count / 50) }, (_, n) => {
    const event = { id: `evt_bad_${round}_${n}`, object: 'event', type: 'customer.updated', created: 0 };
    const good = signEvent(event, secret);
    const old = Math.floor(Date.now() / 1_000) - 360;
    return [
      signEvent(event, 'whsec_of_somebody_else_0123456789'),
      signEvent(event, secret, old),
      { ...good, body: good.body.replace('updated', 'deleted') },
      { body: good.body },
    ];
  }).flat();
}

/**
 * Delivers the events in a random order, each one to three times, eight at a time, to any of the processes, and again
 * until it is acknowledged, as Stripe does. @returns how many deliveries there were.
 */
export async function deliverInDisorder(
  urls: () => readonly string[],
  events: readonly StripeEvent[],
  random: Random,
  secret: string,
): Promise<number> {
  const refused = new Set<Signed>(refusedDeliveries(events.length, secret, events[0]?.id ?? ''));
  const queue = shuffled(
    [
      ...events.flatMap((event) => Array<Signed>(random.between(1, 4)).fill(signEvent(event, secret))),
      ...refused,
    ],
    random,
  );
  const total = queue.length;
  const targets = queue.map(() => random.next());
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (let next = queue.pop(); next; next = queue.pop()) {
        const delivery = next;
        const place = targets[queue.length] ?? 0;
        const expected = refused.has(delivery) ? 400 : 200;
        const status = await until(async () => {
          const all = urls();
          const url = all[Math.floor(place * all.length)] ?? all[0] ?? '';
          const answer = await deliverEvent(url, delivery).catch(() => undefined);
          return answer?.status === 503 ? undefined : answer?.status;
        }, 60_000);
        expect(status).toBe(expected);
      }
    }),
  );
  return total;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const all = [...items];
  for (let last = all.length - 1; last > 0; last--) {
    const other = random.between(0, last + 1);
    [all[last], all[other]] = [all[other] as T, all[last] as T];
  }
  return all;
}

/** The accounts as if no news had ever come. */
export async function forgetNews(farebox: Farebox): Promise<void> {
  await query(
    farebox,
    `update accounts set status = 'incomplete', plan = 'package', past_due_since = null, trial_end = null, cancel_at = null,
       cancel_at_period_end = true, closed_at = null, subscription_id = 'sub_of_' || id, surplus_items = '{si_x}'`,
  );
}

/** Waits until all events are applied; none may be left over, doubled or parked. */
export async function expectAllApplied(farebox: Farebox, round: string, count: number): Promise<void> {
  await until(
    async () =>
      (await query(farebox, `select 1 from webhook_events where state = 'pending' limit 1`)).length === 0,
    60_000,
  );
  const states = await query(
    farebox,
    `select state, count(*)::int as n from webhook_events where id like $1 group by state order by state`,
    [`evt_${round}_%`],
  );
  const byState = new Map(states.map(({ state, n }) => [state, Number(n)]));
  expect([...byState.keys()].filter((state) => state !== 'done' && state !== 'ignored')).toEqual([]);
  expect((byState.get('done') ?? 0) + (byState.get('ignored') ?? 0)).toBe(count);
  expect(await query(farebox, `select id from webhook_events where id like 'evt_bad_%'`)).toEqual([]);
}

/** What Stripe says of each customer now, asked of it directly, in the words of our table. */
export async function truthOf(farebox: Farebox, customers: readonly StormCustomer[]): Promise<unknown[]> {
  return Promise.all(customers.map(({ customerId }) => truthOfOne(farebox, customerId)));
}

interface Subscription {
  id: string;
  status: string;
  created: number;
  trial_end: number | null;
  cancel_at: number | null;
  cancel_at_period_end: boolean;
  items: { data: { price: { lookup_key: string }; current_period_end: number }[] };
}

async function truthOfOne(farebox: Farebox, customerId: string): Promise<unknown> {
  const customer = await askStripe(farebox, 'GET', `customers/${customerId}`);
  if (customer['deleted']) return { customerId, status: 'canceled', closed: true };
  const list = await askStripe(farebox, 'GET', `subscriptions?customer=${customerId}&status=all`);
  const all = list['data'] as Subscription[];
  const counts = all.find(({ status }) => status !== 'canceled') ?? all[0];
  const item = counts?.items.data[0];
  const ended = counts?.status === 'canceled';
  return {
    customerId,
    closed: false,
    // Without a live one, the account keeps what it had.
    ...(ended ? { status: 'canceled' } : { subscription: counts?.id, status: counts?.status }),
    ...(ended ? {} : { plan: /volume|package|graduated|standard/.exec(item?.price.lookup_key ?? '')?.[0] }),
    ...(ended ? {} : { trialEnd: counts?.trial_end ?? null, cancelAt: counts?.cancel_at ?? null }),
    cancelAtPeriodEnd: counts?.cancel_at_period_end ?? false,
    pastDue: counts?.status === 'past_due',
    surplus: 0,
    ...(ended ? {} : { periodEnd: item?.current_period_end }),
  };
}

/** What our table says, in the same form. */
export async function booksOf(farebox: Farebox, customers: readonly StormCustomer[]): Promise<unknown[]> {
  const rows = await query(farebox, 'select * from accounts where customer_id = any($1)', [
    customers.map(({ customerId }) => customerId),
  ]);
  const seconds = (value: unknown): number | null =>
    value instanceof Date ? Math.floor(value.getTime() / 1_000) : null;
  return customers.map(({ customerId }) => {
    const row = rows.find(({ customer_id: id }) => id === customerId) ?? {};
    if (row['closed_at'] !== null) return { customerId, status: row['status'], closed: true };
    const ended = row['status'] === 'canceled';
    return {
      customerId,
      closed: false,
      ...(ended ? {} : { subscription: row['subscription_id'] }),
      status: row['status'],
      ...(ended ? {} : { plan: row['plan'] }),
      ...(ended ? {} : { trialEnd: seconds(row['trial_end']), cancelAt: seconds(row['cancel_at']) }),
      cancelAtPeriodEnd: row['cancel_at_period_end'],
      pastDue: row['past_due_since'] !== null,
      surplus: (row['surplus_items'] as string[]).length,
      ...(ended ? {} : { periodEnd: seconds(row['period_end']) }),
    };
  });
}
