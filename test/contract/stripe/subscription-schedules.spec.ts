import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  at,
  dateOf,
  HOUR,
  linesOf,
  Simulation,
} from '../../../packages/stripe-twin/test/support/billing-target.js';
import { openTarget, refusal, type Target } from '../../../packages/stripe-twin/test/support/target.js';

const START = at(2027, 1, 1);
const MIDDLE = at(2027, 1, 16);
const END = at(2027, 2, 1);

let target: Target;
let stripe: Stripe;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterAll(() => target.close());

type Phase = Stripe.SubscriptionScheduleUpdateParams.Phase;

/** The phase that runs, as an update has to repeat it. */
function running(schedule: Stripe.SubscriptionSchedule): Phase {
  const [phase] = schedule.phases;
  if (!phase) throw new Error('The schedule has no phase');
  return {
    start_date: phase.start_date,
    end_date: phase.end_date,
    items: phase.items.map(({ price, quantity }) => ({
      price: price as string,
      ...(quantity !== undefined && { quantity }),
    })),
  };
}

const pricesOf = (subscription: Stripe.Subscription): string[] =>
  subscription.items.data.map((item) => item.price.id);

/** A metered subscription whose price a second phase replaces at the end of the period. */
async function scheduled(next: Partial<Phase> = {}, update: Stripe.SubscriptionScheduleUpdateParams = {}) {
  const sim = await Simulation.start(target, START);
  const [old, other] = [await sim.price({ unit_amount: 100 }), await sim.price({ unit_amount: 300 })];
  const subscription = await sim.subscribe([old]);
  const created = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
  const schedule = await stripe.subscriptionSchedules.update(created.id, {
    end_behavior: 'release',
    phases: [running(created), { items: [{ price: other.id }], proration_behavior: 'none', ...next }],
    ...update,
  });
  return { sim, subscription, schedule, created, old, other };
}

describe('subscriptionSchedules.create', () => {
  it('.200 from a subscription has its items for the period that runs', async () => {
    const sim = await Simulation.start(target, START);
    const price = await sim.price({ unit_amount: 100 });
    const { id } = await sim.subscribe([price]);
    const schedule = await stripe.subscriptionSchedules.create({
      from_subscription: id,
      metadata: { why: 'change' },
    });
    expect(schedule).toMatchObject({
      object: 'subscription_schedule',
      status: 'active',
      customer: sim.customer,
      subscription: id,
      current_phase: { start_date: START, end_date: END },
      end_behavior: 'release',
      metadata: { why: 'change' },
      phases: [{ start_date: START, end_date: END, items: [{ price: price.id }] }],
      released_subscription: null,
    });
    expect(schedule.id).toMatch(/^sub_sched_/);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ schedule: schedule.id });
    expect(await stripe.subscriptionSchedules.retrieve(schedule.id)).toMatchObject({ id: schedule.id });
    const listed = await stripe.subscriptionSchedules.list({ customer: sim.customer });
    expect(listed.data.map((row) => row.id)).toEqual([schedule.id]);
    const expanded = await stripe.subscriptions.retrieve(id, { expand: ['schedule'] });
    expect(expanded.schedule).toMatchObject({ object: 'subscription_schedule' });
  });

  it('.400 for a subscription that has a schedule, and for one that is not there', async () => {
    const { subscription } = await scheduled();
    const again = await refusal(stripe.subscriptionSchedules.create({ from_subscription: subscription.id }));
    expect(again.message).toContain(
      'You cannot migrate a subscription that is already attached to a schedule',
    );
    const none = await refusal(stripe.subscriptionSchedules.create({ from_subscription: 'sub_none' }));
    expect(none).toMatchObject({ statusCode: 400, code: 'resource_missing' });
  });
});

describe('subscriptionSchedules.update', () => {
  it('.200 plans a phase that begins where the first one ends, for one period of its price', async () => {
    const { schedule, other, subscription, old } = await scheduled();
    expect(schedule.phases).toMatchObject([
      { start_date: START, end_date: END },
      { start_date: END, items: [{ price: other.id }], proration_behavior: 'none' },
    ]);
    expect(dateOf(schedule.phases[1]?.end_date ?? 0)).toBe('2027-03-01');
    // Nothing happens before that.
    expect(pricesOf(await stripe.subscriptions.retrieve(subscription.id))).toEqual([old.id]);
  });

  it('.200 a duration says how long', async () => {
    const { schedule } = await scheduled({ duration: { interval: 'month', interval_count: 3 } });
    expect(dateOf(schedule.phases[1]?.end_date ?? 0)).toBe('2027-05-01');
  });

  it('.200 a change of the phase that runs is a change now', async () => {
    const sim = await Simulation.start(target, START);
    const [old, other] = [await sim.price({ unit_amount: 100 }), await sim.price({ unit_amount: 300 })];
    const { id } = await sim.subscribe([old]);
    const created = await stripe.subscriptionSchedules.create({ from_subscription: id });
    await sim.use(4);
    await sim.advance(MIDDLE);
    await stripe.subscriptionSchedules.update(created.id, {
      phases: [{ ...running(created), items: [{ price: other.id }], metadata: { plan: 'other' } }],
    });
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      items: { data: [{ price: { id: other.id } }] },
      metadata: { plan: 'other' },
    });
    const { data } = await stripe.invoiceItems.list({ customer: sim.customer, pending: true });
    expect(data).toMatchObject([{ amount: 400, quantity: 4 }]);
  });

  it('.200 repeats an archived price that the subscription has, and no other one', async () => {
    const { schedule, old, other } = await scheduled();
    await stripe.prices.update(old.id, { active: false });
    const next = { items: [{ price: other.id }] };
    await stripe.subscriptionSchedules.update(schedule.id, { phases: [running(schedule), next] });
    await stripe.prices.update(other.id, { active: false });
    const { message } = await refusal(
      stripe.subscriptionSchedules.update(schedule.id, { phases: [running(schedule), next] }),
    );
    expect(message).toContain('The price specified is inactive');
  });

  it('.400 without a start, with another start of the current phase, with both lengths', async () => {
    const { schedule, other } = await scheduled();
    const update = (phases: Phase[]) => refusal(stripe.subscriptionSchedules.update(schedule.id, { phases }));
    const items = [{ price: other.id }];
    expect((await update([{ items }])).message).toContain('missing at least one phase with a `start_date`');
    expect((await update([{ items, start_date: START + 1, end_date: END }])).message).toBe(
      'You can not modify the start date of the current phase.',
    );
    const both = { items, start_date: START, end_date: END, duration: { interval: 'month' as const } };
    expect(await update([both])).toMatchObject({ statusCode: 400 });
  });
});

describe('a phase with a trial', () => {
  async function inTrial() {
    const sim = await Simulation.start(target, START);
    const [old, other] = [await sim.price({ unit_amount: 100 }), await sim.price({ unit_amount: 300 })];
    const { id } = await sim.subscribe([old], { trial_end: MIDDLE });
    const created = await stripe.subscriptionSchedules.create({ from_subscription: id });
    expect(created.phases).toMatchObject([{ end_date: MIDDLE, trial_end: MIDDLE }]);
    const update = (first: Partial<Phase>) =>
      stripe.subscriptionSchedules.update(created.id, {
        end_behavior: 'release',
        proration_behavior: 'none',
        phases: [
          { ...running(created), ...first },
          { items: [{ price: other.id }], proration_behavior: 'none' },
        ],
      });
    return { sim, id, other, update };
  }

  it('goes on in the phase that runs, and the next one is paid from its start', async () => {
    const { sim, id, other, update } = await inTrial();
    await update({ trial_end: MIDDLE });
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'trialing', trial_end: MIDDLE });
    await sim.use(5);
    await sim.advance(MIDDLE + HOUR);
    const changed = await stripe.subscriptions.retrieve(id);
    expect([changed.status, ...pricesOf(changed)]).toEqual(['active', other.id]);
    expect((await sim.latest()).total).toBe(0);
    await sim.use(2);
    await sim.advance(at(2027, 2, 16) + 2 * HOUR);
    expect((await sim.latest()).total).toBe(600);
  });

  it('is over where the phase that runs does not say it', async () => {
    const { id, update } = await inTrial();
    await update({});
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
  });

  it('.400 outside of the phase', async () => {
    const { update } = await inTrial();
    const { message } = await refusal(update({ trial_end: MIDDLE + 1 }));
    expect(message).toContain('within the phase');
  });
});

describe('a phase with automatic tax', () => {
  const taxed = { automatic_tax: { enabled: true } };

  it('has it from its start', async () => {
    const { sim, subscription, schedule, other } = await scheduled();
    await stripe.customers.update(sim.customer, { address: { country: 'DE', postal_code: '10117' } });
    await stripe.subscriptionSchedules.update(schedule.id, {
      phases: [running(schedule), { items: [{ price: other.id }], ...taxed }],
    });
    expect((await stripe.subscriptions.retrieve(subscription.id)).automatic_tax.enabled).toBe(false);
    await sim.advance(END + HOUR);
    expect((await stripe.subscriptions.retrieve(subscription.id)).automatic_tax.enabled).toBe(true);
  });

  it('.400 for a customer without an address', async () => {
    const refused = await refusal(scheduled(taxed));
    expect(refused).toMatchObject({ statusCode: 400, code: 'customer_tax_location_invalid' });
  });
});

describe('a phase that begins with a new period', () => {
  it('bills what ended at the former price, and counts the new price from there', async () => {
    const { sim, subscription, schedule, old, other } = await scheduled({ metadata: { plan: 'other' } });
    await sim.advance(END - 1);
    await sim.use(5);
    await sim.advance(END);
    const changed = await stripe.subscriptions.retrieve(subscription.id);
    expect(pricesOf(changed)).toEqual([other.id]);
    expect(changed.items.data[0]?.id).not.toBe(subscription.items.data[0]?.id);
    expect(changed).toMatchObject({ metadata: { plan: 'other' }, billing_cycle_anchor: START });
    expect(changed.items.data[0]?.current_period_start).toBe(END);
    const draft = await sim.latest();
    expect(draft).toMatchObject({ status: 'draft', billing_reason: 'subscription_cycle', total: 500 });
    expect(draft.lines.data[0]?.pricing?.price_details?.price).toBe(old.id);
    expect(draft.lines.data[0]?.period).toEqual({ start: START, end: END });
    expect((await stripe.invoiceItems.list({ customer: sim.customer })).data).toEqual([]);
    expect(await stripe.subscriptionSchedules.retrieve(schedule.id)).toMatchObject({
      status: 'active',
      current_phase: { start_date: END },
    });
    await sim.use(2);
    await sim.advance(at(2027, 3, 1) + HOUR);
    expect(linesOf(await sim.latest())).toEqual([['2 × Calls (at $3.00 / month)', 2, 600]]);
  });

  it('shows in the upcoming invoice: usage at the former price, the fee of the new one', async () => {
    const sim = await Simulation.start(target, START);
    const [old, calls] = [await sim.seat(1000), await sim.price({ unit_amount: 100 })];
    const larger = await sim.seat(5000);
    const { id } = await sim.subscribe([old, calls]);
    const created = await stripe.subscriptionSchedules.create({ from_subscription: id });
    await stripe.subscriptionSchedules.update(created.id, {
      phases: [running(created), { items: [{ price: larger.id }, { price: calls.id }] }],
    });
    await sim.use(3);
    expect((await stripe.invoices.createPreview({ subscription: id })).total).toBe(5300);
    await sim.advance(END + HOUR);
    // No credit for a period that was never billed.
    expect((await sim.latest()).total).toBe(5300);
  });

  it('with another interval and phase_start begins a cycle there and bills it', async () => {
    const sim = await Simulation.start(target, MIDDLE);
    const monthly = await sim.seat(1000);
    const yearly = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 9_600,
      product_data: { name: 'Year' },
      recurring: { interval: 'year' },
    });
    const { id } = await sim.subscribe([monthly]);
    const created = await stripe.subscriptionSchedules.create({ from_subscription: id });
    const end = created.current_phase?.end_date ?? 0;
    await stripe.subscriptionSchedules.update(created.id, {
      phases: [
        running(created),
        { items: [{ price: yearly.id }], billing_cycle_anchor: 'phase_start', proration_behavior: 'none' },
      ],
    });
    await sim.advance(end);
    expect((await sim.latest()).total).toBe(9_600);
    const changed = await stripe.subscriptions.retrieve(id);
    expect(changed.billing_cycle_anchor).toBe(end);
    expect(dateOf(changed.items.data[0]?.current_period_end ?? 0)).toBe('2028-02-16');
  });

  it('with another interval, automatic and without prorations leaves the year uncollected', async () => {
    // Seen at Stripe: better-auth issue 11336, "activated the annual price without collecting the annual payment".
    const sim = await Simulation.start(target, MIDDLE);
    const monthly = await sim.seat(1000);
    const yearly = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 9_600,
      product_data: { name: 'Year' },
      recurring: { interval: 'year' },
    });
    const { id } = await sim.subscribe([monthly]);
    const created = await stripe.subscriptionSchedules.create({ from_subscription: id });
    const end = created.current_phase?.end_date ?? 0;
    await stripe.subscriptionSchedules.update(created.id, {
      phases: [running(created), { items: [{ price: yearly.id }], proration_behavior: 'none' }],
    });
    await sim.advance(end + HOUR);
    expect((await stripe.subscriptions.retrieve(id)).billing_cycle_anchor).toBe(MIDDLE);
    expect((await sim.invoices()).map(({ total }) => total)).toEqual([1000]);
  });
});

describe('a schedule that ends', () => {
  it('releases the subscription after its last phase', async () => {
    const { sim, subscription, schedule, other } = await scheduled();
    await sim.advance(END);
    await sim.advance(at(2027, 3, 1));
    expect(await stripe.subscriptionSchedules.retrieve(schedule.id)).toMatchObject({
      status: 'released',
      released_subscription: subscription.id,
      subscription: null,
      current_phase: null,
    });
    const left = await stripe.subscriptions.retrieve(subscription.id);
    expect(left).toMatchObject({ schedule: null, status: 'active', cancel_at: null });
    expect(pricesOf(left)).toEqual([other.id]);
    const late = await refusal(stripe.subscriptionSchedules.update(schedule.id, { metadata: { a: 'b' } }));
    expect(late.message).toContain(
      'You cannot update a subscription schedule that is currently in the `released` status.',
    );
  });

  it('as the subscription was to end, when that was planned before', async () => {
    const sim = await Simulation.start(target, START);
    const { id } = await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    const created = await stripe.subscriptionSchedules.create({ from_subscription: id });
    expect(created).toMatchObject({ end_behavior: 'cancel', phases: [{ end_date: END }] });
    await stripe.subscriptionSchedules.update(created.id, { end_behavior: 'release' });
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ cancel_at: null, canceled_at: null });
  });

  it('cancels it with end_behavior cancel', async () => {
    const sim = await Simulation.start(target, START);
    const { id } = await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    const created = await stripe.subscriptionSchedules.create({ from_subscription: id });
    await stripe.subscriptionSchedules.update(created.id, { end_behavior: 'cancel' });
    await sim.use(3);
    await sim.advance(END + HOUR);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'canceled', ended_at: END });
    expect((await sim.latest()).total).toBe(300);
    expect((await stripe.subscriptionSchedules.retrieve(created.id)).status).toBe('completed');
  });

  it('when it is released: the subscription stays as it is', async () => {
    const { sim, subscription, schedule, old } = await scheduled();
    const released = await stripe.subscriptionSchedules.release(schedule.id);
    expect(released).toMatchObject({ status: 'released', subscription: null });
    expect(released.released_at).not.toBeNull();
    await sim.advance(END + HOUR);
    expect(pricesOf(await stripe.subscriptions.retrieve(subscription.id))).toEqual([old.id]);
    expect(await refusal(stripe.subscriptionSchedules.release(schedule.id))).toMatchObject({
      statusCode: 400,
    });
  });

  it('when it is cancelled: with a last invoice', async () => {
    const { sim, subscription, schedule } = await scheduled();
    await sim.use(3);
    await sim.advance(MIDDLE);
    expect(await stripe.subscriptionSchedules.cancel(schedule.id)).toMatchObject({ status: 'canceled' });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled');
    expect((await sim.latest()).total).toBe(300);
  });

  it('when its subscription is cancelled', async () => {
    const { subscription, schedule } = await scheduled();
    await stripe.subscriptions.cancel(subscription.id);
    expect((await stripe.subscriptionSchedules.retrieve(schedule.id)).status).toBe('canceled');
  });
});

describe('a subscription under a schedule', () => {
  it('.400 is not told directly when to end', async () => {
    const { subscription, schedule } = await scheduled();
    for (const change of [{ cancel_at_period_end: true }, { cancel_at: END }]) {
      const refused = await refusal(stripe.subscriptions.update(subscription.id, change));
      // As dust-tt/dust#32051 quotes Stripe.
      expect(refused.message).toBe(
        `The subscription is managed by the subscription schedule \`${schedule.id}\`, and updating any cancelation behavior directly is not allowed. Please update the schedule instead.`,
      );
    }
    await stripe.subscriptions.update(subscription.id, { description: 'still changeable' });
  });

  it('its events say what becomes of the schedule', async () => {
    const { sim, schedule } = await scheduled();
    await sim.advance(END);
    await stripe.subscriptionSchedules.release(schedule.id);
    const { data } = await stripe.events.list({
      limit: 100,
      types: [
        'subscription_schedule.created',
        'subscription_schedule.updated',
        'subscription_schedule.released',
      ],
    });
    const own = data.filter((event) => (event.data.object as { id: string }).id === schedule.id);
    expect(own.map((event) => event.type).toReversed()).toEqual([
      'subscription_schedule.created',
      'subscription_schedule.updated',
      'subscription_schedule.updated',
      'subscription_schedule.released',
    ]);
  });
});
