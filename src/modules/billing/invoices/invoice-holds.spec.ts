import { beforeEach, expect, it } from '@jest/globals';
import type { Clock } from '../../../platform/clock/clock.js';
import type { Settings } from '../../../platform/config/settings.js';
import type { Database, Sql } from '../../../platform/database/database.js';
import type { Jobs } from '../../../platform/jobs/jobs.js';
import type { Sweep } from '../../../platform/jobs/sweep.js';
import type { Log } from '../../../platform/logging/logger.js';
import type { Metrics } from '../../../platform/metrics/metrics.js';
import type { Topics } from '../../../platform/topics/topics.js';
import type { Invoice, InvoiceGateway } from '../invoice-gateway.js';
import type { UsageSettlement } from '../usage-settlement.js';
import type { InvoiceHold, InvoiceHoldStore } from './invoice-hold-store.js';
import type { HoldState } from './invoice-holds.tables.js';
import { InvoiceHolds } from './invoice-holds.js';

const LIMIT_MS = 1_000_000;
const at = (ms: number): Date => new Date(ms);

/** The room around a hold, in memory: one invoice at the provider, one row here. */
class World {
  now = 0;
  proven: boolean | Error = false;
  failing: 'holding' | 'end' | undefined;
  did: string[] = [];
  alarms = 0;
  invoice: Pick<Invoice, 'status' | 'advances' | 'hold'> | undefined = {
    status: 'draft',
    advances: true,
    hold: null,
  };
  row = { state: 'seen' as HoldState, ended: false };
  look: () => Promise<void> = async () => undefined;

  constructor() {
    const write = (what: 'holding' | 'end', state: HoldState): void => {
      if (this.failing === what) throw new Error('killed');
      this.row = { state, ended: what === 'end' };
    };
    const change = (advances: boolean, hold: 'held' | 'released'): void => {
      this.did.push(hold);
      if (this.invoice?.status === 'draft') Object.assign(this.invoice, { advances, hold });
    };
    const store = {
      due: async () => (this.row.ended ? [] : ['in_1']),
      nextAt: async () => undefined,
      open: async () =>
        ({
          invoiceId: 'in_1',
          customerId: 'cus_1',
          state: this.row.state,
          usedUntil: at(0),
          seenAt: at(0),
          releaseAfter: at(100),
          attempts: 0,
        }) as InvoiceHold,
      holding: async () => write('holding', 'held'),
      end: async (_id: string, state: HoldState) => write('end', state),
      postpone: async (_hold: InvoiceHold, until?: Date) =>
        void this.did.push(`later${until ? ` ${until.getTime()}` : ''}`),
    } as unknown as InvoiceHoldStore;
    const holds = new InvoiceHolds(
      store,
      {
        find: async () => this.invoice,
        hold: async () => change(false, 'held'),
        release: async () => change(true, 'released'),
      } as unknown as InvoiceGateway,
      {
        isBound: true,
        prove: async () => {
          if (this.proven instanceof Error) throw this.proven;
          return this.proven;
        },
      } as unknown as UsageSettlement,
      {
        withLock: async (_name: string, _wait: number, work: () => Promise<void>) => ({
          result: await work(),
        }),
        run: async (work: (sql: Sql) => Promise<unknown>) => work({} as Sql),
      } as unknown as Database,
      { ms: () => this.now, now: () => at(this.now) } as unknown as Clock,
      { subscribe: () => undefined } as unknown as Topics,
      { register: () => undefined } as unknown as Jobs,
      { register: (_name: string, search: () => Promise<void>) => (this.look = search) } as unknown as Sweep,
      { get: () => LIMIT_MS } as unknown as Settings,
      {
        gauge: () => undefined,
        counter: () => ({ inc: () => this.alarms++ }),
      } as unknown as Metrics,
      {
        named: () => ({ warn: () => undefined, error: () => this.did.push('alarm') }),
      } as unknown as Log,
    );
    holds.onModuleInit();
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

it('holds a draft until its usage is proven and its calls have had time to arrive', async () => {
  await world.look();
  expect([world.row.state, world.invoice?.advances, world.did]).toEqual(['held', false, ['held', 'later']]);
  world.proven = true;
  await world.look();
  expect(world.did.at(-1)).toBe('later 100');
  world.now = 100;
  await world.look();
  expect([world.row, world.invoice?.advances]).toEqual([{ state: 'released', ended: true }, true]);
  expect(world.alarms).toBe(0);
});

it.each(['holding', 'end'] as const)('killed before it wrote "%s", it ends the same', async (step) => {
  world.now = 100;
  world.proven = true;
  world.failing = step;
  await world.look();
  expect(world.row.ended).toBe(false);
  world.failing = undefined;
  await world.look();
  expect([world.row, world.invoice?.advances]).toEqual([{ state: 'released', ended: true }, true]);
  expect(world.did.filter((what) => what === 'held')).toHaveLength(1);
});

it.each([false, new Error('Stripe is away')])(
  'goes out with an alarm after the limit, and not before (%s)',
  async (proven) => {
    world.proven = proven;
    world.now = LIMIT_MS - 1;
    await world.look();
    expect([world.row.ended, world.alarms]).toEqual([false, 0]);
    world.now = LIMIT_MS;
    await world.look();
    expect(world.row).toEqual({ state: 'unproven', ended: true });
    expect([world.invoice?.advances, world.alarms, world.did.at(-1)]).toEqual([true, 1, 'alarm']);
  },
);

it('leaves what somebody else holds, and what somebody released by hand', async () => {
  world.invoice = { status: 'draft', advances: false, hold: null };
  await world.look();
  expect([world.row.state, world.did]).toEqual(['left', []]);
  world = new World();
  await world.look();
  if (world.invoice) world.invoice.advances = true;
  await world.look();
  expect([world.row, world.did]).toEqual([{ state: 'released', ended: true }, ['held', 'later']]);
});

it('comes too late for what is final, or gone', async () => {
  world.invoice = { status: 'open', advances: true, hold: null };
  await world.look();
  expect([world.row, world.did]).toEqual([{ state: 'missed', ended: true }, []]);
  world = new World();
  world.invoice = undefined;
  await world.look();
  expect(world.row).toEqual({ state: 'missed', ended: true });
});
