import { ChangeRefusedError } from '../../../subscriptions/index.js';
import Stripe from 'stripe';
import { refusing } from '../refusing.js';
import { expectObject } from '../stripe-errors.js';
import { CHANGE_KEY, MIGRATION_KEY, SCHEDULING_KEY, SET_ASIDE_KEY } from '../subscription-state.js';
import type { Once } from '../stripe-writes.js';
import { againOf, phasesOf, type ScheduledPrices } from './schedule-phases.js';

type Schedule = Stripe.SubscriptionSchedule;

/** Marks a schedule as ours, with its purpose. */
export interface ScheduleMark {
  key: typeof CHANGE_KEY | typeof MIGRATION_KEY;
  value: string;
}

const LIVE: readonly string[] = ['not_started', 'active'];

/**
 * Price changes at the end of a period, made by Stripe's schedules. Creating one takes two requests, as "other
 * parameters … cannot be set" with `from_subscription`; each is made once, and a schedule that was created without its
 * phases is found again at any later time: the subscription is marked before the schedule is created.
 */
export class PriceSchedules {
  constructor(
    private readonly stripe: Stripe,
    private readonly once: Once,
  ) {}

  /**
   * Replaces an earlier schedule of ours.
   * @param operation identifies the change permanently.
   * @returns when the change is made, UTC.
   * @throws {ChangeRefusedError} when Stripe refuses, or a schedule was created in Stripe.
   */
  async schedule(
    operation: string,
    mark: ScheduleMark,
    subscription: Stripe.Subscription,
    wanted: ScheduledPrices,
  ): Promise<Date> {
    const attached = await this.attachedTo(subscription);
    if (attached?.metadata?.[mark.key] === mark.value) {
      await this.clear(subscription, SCHEDULING_KEY);
      return startOfLast(attached);
    }
    if (attached && isOurs(attached))
      await this.replace(operation, attached, subscription, mark.key === CHANGE_KEY);
    let made: Schedule | undefined;
    const phases = () => `${operation}:phases:${made?.id}`;
    const abandon = () =>
      Promise.all([`${operation}:schedule`, phases()].map((name) => this.once.abandon(name)));
    try {
      made = await this.make(`${operation}:schedule`, subscription);
      const told = await this.updatePhases(phases(), mark, made, subscription, wanted);
      await this.write(subscription.id, { [SCHEDULING_KEY]: '' });
      await abandon();
      return startOfLast(told);
    } catch (error) {
      if (!(error instanceof ChangeRefusedError)) throw error;
      // Without phases it would renew the subscription as it is, and block all other changes.
      if (made) await this.release(operation, await this.retrieve(made.id));
      await this.write(subscription.id, { [SCHEDULING_KEY]: '' });
      await abandon();
      throw error;
    }
  }

  /** Takes back a schedule of ours, and leaves those made elsewhere. @param mark any of ours when absent. */
  async takeBack(
    operation: string,
    subscription: Stripe.Subscription,
    mark?: ScheduleMark['key'],
  ): Promise<void> {
    const attached = await this.attachedTo(subscription);
    if (!attached || !isOurs(attached)) return;
    if (mark === undefined || attached.metadata?.[mark] !== undefined)
      await this.release(operation, attached);
  }

  /** Takes back any schedule of ours for a change that the customer may undo; the operator's is put aside. */
  async setAside(operation: string, subscription: Stripe.Subscription): Promise<void> {
    const attached = await this.attachedTo(subscription);
    if (attached && isOurs(attached)) await this.replace(operation, attached, subscription, true);
  }

  /**
   * Reschedules what was put aside, when the subscription has no other scheduled change: it continues as before. When
   * Stripe no longer allows it, the operator sees it in `catalog plan --migrate`.
   */
  async restore(operation: string, subscription: Stripe.Subscription): Promise<void> {
    const id = subscription.metadata[SET_ASIDE_KEY];
    if (id === undefined) return;
    const { schedule, cancel_at: at, cancel_at_period_end: ends } = subscription;
    if (schedule !== null || at !== null || ends) return;
    const former = await this.retrieve(id);
    const again = againOf(former, subscription);
    const value = former.metadata?.[MIGRATION_KEY];
    if (again && value !== undefined) {
      try {
        await this.schedule(operation, { key: MIGRATION_KEY, value }, subscription, again);
      } catch (error) {
        if (!(error instanceof ChangeRefusedError)) throw error;
      }
    }
    await this.clear(subscription, SET_ASIDE_KEY);
  }

  /** Drops what was put aside: it is no longer restored. */
  forget(subscription: Stripe.Subscription): Promise<void> {
    return this.clear(subscription, SET_ASIDE_KEY);
  }

  private async replace(
    operation: string,
    attached: Schedule,
    { id }: Stripe.Subscription,
    keepsOperators: boolean,
  ): Promise<void> {
    if (keepsOperators && attached.metadata?.[MIGRATION_KEY] !== undefined)
      await this.write(id, { [SET_ASIDE_KEY]: attached.id });
    await this.release(operation, attached);
  }

  private async clear({ id, metadata }: Stripe.Subscription, key: string): Promise<void> {
    if (metadata[key] !== undefined) await this.write(id, { [key]: '' });
  }

  private async write(id: string, metadata: Record<string, string>): Promise<void> {
    await refusing(this.stripe.subscriptions.update(id, { metadata }));
  }

  /** Creates one, or returns one left without its phases. A schedule made elsewhere blocks it: Stripe refuses. */
  private async make(operation: string, { id: subscriptionId }: Stripe.Subscription): Promise<Schedule> {
    const now = expectObject(
      await refusing(this.stripe.subscriptions.retrieve(subscriptionId)),
      'subscription',
    ) as Stripe.Subscription;
    const standing = await this.attachedTo(now);
    const isHalfMade = standing && !isOurs(standing) && standing.phases.length === 1;
    if (isHalfMade && now.metadata[SCHEDULING_KEY] !== undefined) return standing;
    if (!standing) await this.write(subscriptionId, { [SCHEDULING_KEY]: operation });
    return this.once.perform<Stripe.SubscriptionScheduleCreateParams, Schedule>({
      operation,
      params: () => ({ from_subscription: subscriptionId }),
      create: async (params, idempotencyKey) =>
        asSchedule(await refusing(this.stripe.subscriptionSchedules.create(params, { idempotencyKey }))),
      find: async () => {
        const subscription = expectObject(
          await refusing(this.stripe.subscriptions.retrieve(subscriptionId)),
          'subscription',
        ) as Stripe.Subscription;
        const attached = await this.attachedTo(subscription);
        return attached && !isOurs(attached) && attached.phases.length === 1 ? attached : undefined;
      },
      retrieve: (id) => this.retrieve(id),
    });
  }

  private async updatePhases(
    operation: string,
    { key, value }: ScheduleMark,
    made: Schedule,
    { items }: Stripe.Subscription,
    wanted: ScheduledPrices,
  ): Promise<Schedule> {
    return this.once.perform<Stripe.SubscriptionScheduleUpdateParams, Schedule>({
      operation,
      params: () => ({
        end_behavior: 'release',
        phases: phasesOf(made, items.data, wanted),
        proration_behavior: 'none',
        metadata: { [key]: value },
      }),
      create: async (params, idempotencyKey) =>
        asSchedule(
          await refusing(this.stripe.subscriptionSchedules.update(made.id, params, { idempotencyKey })),
        ),
      find: async () => {
        const found = await this.retrieve(made.id);
        return found.metadata?.[key] === value ? found : undefined;
      },
      retrieve: (id) => this.retrieve(id),
    });
  }

  private async release(operation: string, { id }: Schedule): Promise<void> {
    const name = `${operation}:release:${id}`;
    const released = async () => {
      const found = await this.retrieve(id);
      return LIVE.includes(found.status) ? undefined : found;
    };
    if (!(await released()))
      await this.once.perform<Stripe.SubscriptionScheduleReleaseParams, Schedule>({
        operation: name,
        params: () => ({}),
        create: async (params, idempotencyKey) =>
          asSchedule(
            await refusing(this.stripe.subscriptionSchedules.release(id, params, { idempotencyKey })),
          ),
        find: released,
        retrieve: (found) => this.retrieve(found),
      });
    await this.once.abandon(name);
  }

  private async attachedTo({ schedule }: Stripe.Subscription): Promise<Schedule | undefined> {
    if (schedule === null || schedule === undefined) return undefined;
    const found = await this.retrieve(typeof schedule === 'string' ? schedule : schedule.id);
    return LIVE.includes(found.status) ? found : undefined;
  }

  private async retrieve(id: string): Promise<Schedule> {
    return asSchedule(await refusing(this.stripe.subscriptionSchedules.retrieve(id)));
  }
}

const asSchedule = (schedule: Schedule): Schedule =>
  expectObject(schedule, 'subscription_schedule') as Schedule;

/** The schedule that is going to change the subscription, or prevents changes to it. */
export async function attachedPending(
  stripe: Stripe,
  { schedule }: Stripe.Subscription,
): Promise<Schedule | undefined> {
  if (schedule === null || schedule === undefined) return undefined;
  const found = asSchedule(
    await stripe.subscriptionSchedules.retrieve(typeof schedule === 'string' ? schedule : schedule.id),
  );
  const isDone = found.current_phase?.start_date === found.phases.at(-1)?.start_date;
  return LIVE.includes(found.status) && !(isOurs(found) && isDone) ? found : undefined;
}

export const isOurs = ({ metadata }: Schedule): boolean =>
  metadata?.[CHANGE_KEY] !== undefined || metadata?.[MIGRATION_KEY] !== undefined;

function startOfLast({ phases }: Schedule): Date {
  return new Date((phases.at(-1)?.start_date ?? 0) * 1_000);
}
