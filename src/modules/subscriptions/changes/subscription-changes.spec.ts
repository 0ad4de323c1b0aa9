import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Catalog } from '../../../catalog/index.js';
import type { Database } from '../../../platform/database/database.js';
import type { Sweep } from '../../../platform/jobs/sweep.js';
import type { Log } from '../../../platform/logging/logger.js';
import type { Metrics } from '../../../platform/metrics/metrics.js';
import type { Account, AccountsService, AccountView } from '../../accounts/index.js';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
import { ChangeRefusedError } from '../subscription-errors.js';
import type { SubscriptionGateway } from '../subscription-gateway.js';
import type { ChangeIntent, SubscriptionChangeIntents, WantedChange } from './subscription-change-intents.js';
import { SubscriptionChanges } from './subscription-changes.js';
import type { CallPause } from './call-pause.js';
import { ChangeDecision } from './change-decision.js';
import { ChangeExecution } from './change-execution.js';
import { ChangeShortfall } from './change-shortfall.js';
import { UsageSettlement } from '../usage-settlement.js';
import { initialised } from '../../../../test/support/initialised.js';

const AWAY = new FareboxError('billing_unavailable', 'away');

const AMOUNT = (cents: bigint) => ({ picoMinorUnits: cents * 10n ** 12n, currency: 'usd' });
const PLANS = [
  { id: 'basic', cents: 10n },
  { id: 'pro', cents: 20n },
  { id: 'max', cents: 30n },
  { id: 'cheap', cents: 1n },
  { id: 'free', cents: 40n, free: 100 },
].map(({ id, cents, ...free }) => ({
  id,
  product: { name: id.toUpperCase() },
  price: {
    model: 'standard',
    currency: 'usd',
    billingPeriod: { interval: 'month', count: 1 },
    meter: 'calls',
    unitAmount: AMOUNT(cents),
    ...free,
  },
}));
const CATALOG = { plans: PLANS, meters: [] } as unknown as Catalog;
const PERIOD_END = new Date('2026-12-01T00:00:00Z');

/** The room around the story, in memory. `did` tells what was done, in order. */
class World {
  did: string[] = [];
  account = {
    accountId: 'account',
    customerId: 'cus_1',
    subscriptionId: 'sub_1',
    status: 'active',
    plan: 'basic',
    closedAt: null,
    cancelAt: null,
    cancelAtPeriodEnd: false,
    pendingPlan: null,
    periodStart: new Date('2026-11-01T00:00:00Z'),
    periodEnd: PERIOD_END,
  } as unknown as Account;
  intents: ChangeIntent[] = [];
  fail = new Map<string, Error>();
  settlement = new UsageSettlement();
  used = true;
  /** Units that the item of the price that was left bills; undefined: there is none. */
  billed: bigint | undefined;
  warnings: string[] = [];
  shortfall = 0;
  sweep: () => Promise<void> = async () => undefined;

  readonly changes: SubscriptionChanges;

  constructor() {
    this.settlement.bind({
      settleAhead: async () => this.do('ahead'),
      settle: async () => {
        this.do('settle');
        return [{ providerMeter: 'mtr_1', units: 7n }];
      },
      hasUsed: async () => this.used,
      prove: async () => true,
    });
    const intents = this.store();
    const accounts = { findById: async () => this.account } as unknown as AccountsService;
    const log = {
      named: () => ({ info: () => undefined, warn: (text: string) => void this.warnings.push(text) }),
    } as unknown as Log;
    const metrics = {
      gauge: () => undefined,
      counter: () => ({ inc: (units: number) => (this.shortfall += units) }),
    } as unknown as Metrics;
    const execution = new ChangeExecution(
      new ChangeDecision(CATALOG, this.settlement),
      intents,
      this.gateway(),
      this.settlement,
      this.pause(),
      accounts,
      new ChangeShortfall(metrics, log),
    );
    this.changes = initialised(
      new SubscriptionChanges(
        CATALOG,
        intents,
        execution,
        accounts,
        { catchUp: async () => this.do('catch up') } as unknown as AccountView,
        {
          withLock: async (_name: string, _wait: number, work: () => Promise<unknown>) => ({
            result: await work(),
          }),
        } as unknown as Database,
        metrics,
        {
          register: (_name: string, search: () => Promise<void>) => (this.sweep = search),
        } as unknown as Sweep,
        log,
      ),
    );
  }

  private store(): SubscriptionChangeIntents {
    return {
      add: async (_account: Account, wanted: WantedChange) => {
        const plan = wanted.kind === 'plan' ? wanted.plan : null;
        const askedWhen = wanted.kind === 'plan' ? (wanted.when ?? null) : null;
        const intent = { id: `change${this.intents.length}`, kind: wanted.kind, plan, accountId: 'account' };
        const rest = { customerId: 'cus_1', subscriptionId: 'sub_1', askedWhen, timing: null };
        this.intents.push({ ...intent, ...rest } as ChangeIntent);
        return this.intents.at(-1) as ChangeIntent;
      },
      open: async () => this.intents.filter(({ endedAt }) => !endedAt),
      decide: async (intent: ChangeIntent, timing: ChangeIntent['timing']) =>
        void Object.assign(intent, { timing }),
      schedule: async (intent: ChangeIntent, effectiveAt: Date) =>
        void Object.assign(intent, { endedAt: new Date(), outcome: 'scheduled', effectiveAt }),
      end: async (intent: ChangeIntent, outcome: 'done' | 'refused') => {
        Object.assign(intent, { endedAt: new Date(), outcome });
      },
      postpone: async ({ id }: ChangeIntent) => void this.did.push(`postpone ${id}`),
      dueAccounts: async () => ['account'],
    } as unknown as SubscriptionChangeIntents;
  }

  private gateway(): SubscriptionGateway {
    return {
      changePlan: async ({ plan, changeId }: { plan: { id: string }; changeId: string }) => {
        this.do(`plan ${plan.id} by ${changeId}`);
        const { billed: units } = this;
        return units === undefined ? undefined : { priceId: 'price_1', providerMeter: 'mtr_1', units };
      },
      schedulePlan: async ({ plan }: { plan: { id: string } }) => {
        this.do(`schedule ${plan.id}`);
        return PERIOD_END;
      },
      keepPlan: async () => this.do('keep'),
      resume: async () => this.do('resume'),
      cancel: async ({ at }: { at: string }) => this.do(`cancel ${at}`),
      refreshAccount: async () => this.do('refresh'),
    } as unknown as SubscriptionGateway;
  }

  private pause(): CallPause {
    return {
      during: async <T>(_account: Account, work: (renew: () => Promise<void>) => Promise<T>) => {
        this.did.push('pause');
        try {
          return await work(async () => undefined);
        } finally {
          this.did.push('go on');
        }
      },
    } as unknown as CallPause;
  }

  private do(what: string): void {
    const failure = this.fail.get(what.split(' ')[0] ?? '');
    if (failure) throw failure;
    this.did.push(what);
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});
const changePlan = (plan: string, when?: 'now' | 'period_end') =>
  world.changes.changePlan(world.account, plan, when);
const cancel = (at: 'now' | 'period_end') => world.changes.cancel(world.account, at);

describe('a change of plan', () => {
  it('reports usage, then has calls wait, reports the rest, tells the provider, follows, and lets calls go on', async () => {
    await changePlan('pro');
    expect(world.did).toEqual([
      'ahead',
      'pause',
      'settle',
      'plan pro by change0',
      'refresh',
      'go on',
      'catch up',
    ]);
    expect(world.intents[0]?.outcome).toBe('done');
  });

  it('is not made while usage cannot be settled, and carried on with the same id', async () => {
    world.fail.set('settle', AWAY);
    await expect(changePlan('pro')).rejects.toBe(AWAY);
    expect(world.did).toEqual(['ahead', 'pause', 'go on', 'postpone change0']);
    world.did = [];
    world.fail.clear();
    await changePlan('pro');
    expect(world.did).toEqual([
      'ahead',
      'pause',
      'settle',
      'plan pro by change0',
      'refresh',
      'go on',
      'catch up',
    ]);
  });

  it('comes after those that were asked for before', async () => {
    world.fail.set('plan', AWAY);
    await expect(changePlan('pro')).rejects.toBe(AWAY);
    await expect(changePlan('max')).rejects.toBe(AWAY);
    world.fail.clear();
    world.did = [];
    await world.sweep();
    expect(world.did.filter((what) => what.startsWith('plan'))).toEqual([
      'plan pro by change0',
      'plan max by change1',
    ]);
  });

  it('refused for good is forgotten: told to whoever asked, and in nobody else’s way', async () => {
    world.fail.set('plan', new ChangeRefusedError('no'));
    await expect(changePlan('pro')).rejects.toThrow('no');
    expect(world.intents.map(({ outcome }) => outcome)).toEqual(['refused']);
    world.fail.clear();
    await changePlan('max');
    expect(world.did.at(-4)).toBe('plan max by change1');
  });

  it('to the plan it is on does nothing', async () => {
    await changePlan('basic');
    expect([world.did, world.intents]).toEqual([['catch up'], []]);
  });

  it.each(['canceled', 'incomplete'])('of a subscription that is %s is refused', async (status) => {
    Object.assign(world.account, { status });
    await expect(changePlan('pro')).rejects.toMatchObject({ code: 'subscription_inactive' });
    expect([world.did, world.intents]).toEqual([[], []]);
  });
});

describe('when a change takes effect', () => {
  it('at the end of the period where it is no upgrade: calls do not wait', async () => {
    await changePlan('cheap');
    expect(world.did).toEqual(['schedule cheap', 'refresh', 'catch up']);
    expect(world.intents[0]).toMatchObject({ outcome: 'scheduled', effectiveAt: PERIOD_END });
  });

  it('at the end of the period where something would start anew', async () => {
    await changePlan('free');
    expect(world.did).toContain('schedule free');
  });

  it('at once for an upgrade that is asked for later: no, as asked', async () => {
    await changePlan('pro', 'period_end');
    expect(world.did).toContain('schedule pro');
  });

  it('now is refused by name where it is no upgrade', async () => {
    await expect(changePlan('free', 'now')).rejects.toThrow(
      'The plan "FREE" cannot begin in the middle of a billing period: it is no upgrade and has a free allowance. Send "when": "period_end", and it begins at 2026-12-01T00:00:00.000Z.',
    );
    expect(world.intents.map(({ outcome }) => outcome)).toEqual(['refused']);
    expect(world.did).toEqual([]);
  });

  it('now while nothing was used: there is nothing to save', async () => {
    world.used = false;
    await changePlan('free');
    expect(world.did).toContain('plan free by change0');
  });

  it.each([['now'], [undefined]] as const)(
    'not so when calls come while they are being stopped: %s',
    async (when) => {
      world.used = false;
      const settle = world.settlement.settle.bind(world.settlement);
      world.settlement.settle = async (customerId) => {
        world.used = true;
        return settle(customerId);
      };
      const changing = changePlan('free', when);
      if (when === 'now') await expect(changing).rejects.toMatchObject({ code: 'change_refused' });
      else await changing;
      expect(world.did.some((what) => what.startsWith('plan'))).toBe(false);
      expect(world.intents[0]).toMatchObject(
        when === 'now' ? { outcome: 'refused' } : { timing: 'period_end', outcome: 'scheduled' },
      );
    },
  );

  it('at once in a trial, in which nothing is charged', async () => {
    Object.assign(world.account, { status: 'trialing' });
    await changePlan('cheap');
    expect(world.did).toContain('plan cheap by change0');
  });

  it('is decided once: a try after a failure does the same', async () => {
    world.used = false;
    world.fail.set('refresh', AWAY);
    await expect(changePlan('free')).rejects.toBe(AWAY);
    world.used = true;
    Object.assign(world.account, { plan: 'free' });
    world.fail.clear();
    await world.sweep();
    expect(world.intents[0]).toMatchObject({ timing: 'now', outcome: 'done' });
  });
});

describe('what is scheduled is taken back', () => {
  it('by choosing the current plan: the change and the cancellation', async () => {
    Object.assign(world.account, { pendingPlan: 'cheap', cancelAt: PERIOD_END });
    await changePlan('basic');
    expect(world.did).toEqual(['keep', 'resume', 'refresh', 'catch up']);
  });

  it('by its own requests, and without anything scheduled nothing is done', async () => {
    await world.changes.keepPlan(world.account);
    await world.changes.resume(world.account);
    expect(world.intents).toEqual([]);
    Object.assign(world.account, { pendingPlan: 'cheap', cancelAt: PERIOD_END });
    await world.changes.keepPlan(world.account);
    await world.changes.resume(world.account);
    expect(world.did).toEqual([
      'catch up',
      'catch up',
      'keep',
      'refresh',
      'catch up',
      'resume',
      'refresh',
      'catch up',
    ]);
  });

  it('but not a new price of the same plan, which is the operator’s', async () => {
    Object.assign(world.account, { pendingPlan: 'basic' });
    await world.changes.keepPlan(world.account);
    await changePlan('basic');
    expect(world.intents).toEqual([]);
  });

  it('the same change again changes nothing', async () => {
    Object.assign(world.account, { pendingPlan: 'cheap' });
    await changePlan('cheap', 'period_end');
    expect(world.intents).toEqual([]);
  });
});

describe('a shortfall', () => {
  it.each<[bigint | undefined, number]>([
    [undefined, 0],
    [7n, 0],
    [5n, 2],
  ])('of an item that bills %s of 7 units is %d', async (billed, expected) => {
    world.billed = billed;
    await changePlan('pro');
    expect([world.shortfall, world.warnings.length]).toEqual([expected, expected === 0 ? 0 : 1]);
  });
});

describe('a cancellation', () => {
  it('now settles usage first', async () => {
    await cancel('now');
    expect(world.did).toEqual(['ahead', 'pause', 'settle', 'cancel now', 'refresh', 'go on', 'catch up']);
  });

  it('with the period leaves what is used to the period’s own invoice', async () => {
    await cancel('period_end');
    expect(world.did).toEqual(['cancel period_end', 'refresh', 'catch up']);
  });

  it('of what has not begun is made', async () => {
    Object.assign(world.account, { status: 'incomplete' });
    await cancel('now');
    expect(world.did).toContain('cancel now');
  });
});
