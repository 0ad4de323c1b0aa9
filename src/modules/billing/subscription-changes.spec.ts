import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Catalogue } from '../../catalogue/index.js';
import type { Database } from '../../platform/database/database.js';
import type { Sweep } from '../../platform/jobs/sweep.js';
import type { Log } from '../../platform/logging/logger.js';
import type { Metrics } from '../../platform/metrics/metrics.js';
import type { Account, AccountsService, AccountView } from '../accounts/index.js';
import { BillingUnavailableError, ChangeRefusedError } from './billing-errors.js';
import type { BillingGateway } from './billing-gateway.js';
import type { ChangeIntent, SubscriptionChangeIntents, WantedChange } from './subscription-change-intents.js';
import { SubscriptionChanges } from './subscription-changes.js';
import type { CallPause } from './call-pause.js';
import { UsageSettlement } from './usage-settlement.js';

const AWAY = new BillingUnavailableError(new Error('away'));

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
    cancelAtPeriodEnd: false,
  } as unknown as Account;
  intents: ChangeIntent[] = [];
  fail = new Map<string, Error>();
  settlement = new UsageSettlement();
  sweep: () => Promise<void> = async () => undefined;

  readonly changes = new SubscriptionChanges(
    { plans: ['basic', 'pro', 'max'].map((id) => ({ id })) } as unknown as Catalogue,
    {
      add: async (_account: Account, wanted: WantedChange) => {
        const plan = wanted.kind === 'plan' ? wanted.plan : null;
        const intent = { id: `change${this.intents.length}`, kind: wanted.kind, plan, accountId: 'account' };
        this.intents.push({ ...intent, customerId: 'cus_1', subscriptionId: 'sub_1' } as ChangeIntent);
        return this.intents.at(-1) as ChangeIntent;
      },
      open: async () => this.intents.filter(({ endedAt }) => !endedAt),
      end: async (intent: ChangeIntent, outcome: 'done' | 'refused') => {
        Object.assign(intent, { endedAt: new Date(), outcome });
      },
      postpone: async ({ id }: ChangeIntent) => void this.did.push(`postpone ${id}`),
      dueAccounts: async () => ['account'],
    } as unknown as SubscriptionChangeIntents,
    {
      changePlan: async ({ plan, changeId }: { plan: { id: string }; changeId: string }) =>
        this.do(`plan ${plan.id} by ${changeId}`),
      cancel: async ({ at }: { at: string }) => this.do(`cancel ${at}`),
      refreshAccount: async () => this.do('refresh'),
    } as unknown as BillingGateway,
    this.settlement,
    {
      during: async (_account: Account, work: (renew: () => Promise<void>) => Promise<void>) => {
        this.did.push('pause');
        try {
          await work(async () => undefined);
        } finally {
          this.did.push('go on');
        }
      },
    } as unknown as CallPause,
    { findById: async () => this.account } as unknown as AccountsService,
    { catchUp: async () => this.do('catch up') } as unknown as AccountView,
    {
      withLock: async (_name: string, _wait: number, work: () => Promise<unknown>) => ({
        result: await work(),
      }),
    } as unknown as Database,
    { gauge: () => undefined } as unknown as Metrics,
    { register: (_name: string, search: () => Promise<void>) => (this.sweep = search) } as unknown as Sweep,
    { named: () => ({ info: () => undefined, warn: () => undefined }) } as unknown as Log,
  );

  constructor() {
    this.settlement.bind({
      settle: async (customerId) => this.do(`settle ${customerId}`),
      prove: async () => true,
    });
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
const changePlan = (plan: string) => world.changes.changePlan(world.account, plan);
const cancel = (at: 'now' | 'period_end') => world.changes.cancel(world.account, at);

describe('a change of plan', () => {
  it('has calls wait, settles usage, tells the provider, follows, and lets calls go on', async () => {
    await changePlan('pro');
    expect(world.did).toEqual([
      'pause',
      'settle cus_1',
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
    expect(world.did).toEqual(['pause', 'go on', 'postpone change0']);
    world.did = [];
    world.fail.clear();
    await changePlan('pro');
    expect(world.did).toEqual([
      'pause',
      'settle cus_1',
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

describe('a cancellation', () => {
  it('now settles usage first', async () => {
    await cancel('now');
    expect(world.did).toEqual(['pause', 'settle cus_1', 'cancel now', 'refresh', 'go on', 'catch up']);
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
