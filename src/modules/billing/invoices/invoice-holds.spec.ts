import { beforeEach, expect, it } from '@jest/globals';
import type { Clock } from '../../../platform/clock/clock.js';
import type { Settings } from '../../../platform/config/settings.js';
import type { Database, Sql } from '../../../platform/database/database.js';
import { TestQueues } from '../../../../test/support/test-queues.js';
import type { Log } from '../../../platform/logging/logger.js';
import type { Metrics } from '../../../platform/metrics/metrics.js';
import type { Topics } from '../../../platform/topics/topics.js';
import type { UsageSettlement } from '../../subscriptions/index.js';
import type { Invoice, InvoiceGateway } from '../ports/invoice-gateway.js';
import type { InvoiceHold, InvoiceHoldStore } from './invoice-hold-store.js';
import type { HoldState } from './invoice-holds.tables.js';
import type { InvoiceAlarms } from './invoice-alarms.js';
import { InvoiceHolds } from './invoice-holds.js';
import type { InvoiceMirror } from './invoice-mirror.js';
import { initialised } from '../../../../test/support/initialised.js';

const LIMIT_MS = 1_000_000;
const at = (ms: number): Date => new Date(ms);

type Draft = Pick<Invoice, 'status' | 'advances' | 'hold' | 'heldUntil' | 'finalizesAt'>;
const NATURAL = at(3_600_000);
const DEADLINE = at(LIMIT_MS + 3_600_000);
const draft = (): Draft => ({
  status: 'draft',
  advances: true,
  hold: null,
  heldUntil: null,
  finalizesAt: NATURAL,
});

/** The room around a hold, in memory: one invoice at the provider, one row here. */
class World {
  readonly holds: InvoiceHolds;
  now = 0;
  proven: boolean | Error = false;
  failing: 'holding' | 'end' | undefined;
  did: string[] = [];
  alarms = 0;
  releaseAfter = 100;
  invoice: Draft | undefined = draft();
  row = { state: 'seen' as HoldState, ended: false, nextAt: 0 };
  look: () => Promise<void> = async () => undefined;

  constructor() {
    const write = (what: 'holding' | 'end', row: Partial<typeof this.row>): void => {
      if (this.failing === what) throw new Error('killed');
      Object.assign(this.row, row);
    };
    const due = (state: HoldState): InvoiceHold | undefined =>
      this.row.state === state && !this.row.ended && this.row.nextAt <= this.now
        ? ({
            invoiceId: 'in_1',
            customerId: 'cus_1',
            state,
            usedUntil: at(0),
            seenAt: at(0),
            releaseAfter: at(this.releaseAfter),
            attempts: 0,
          } as InvoiceHold)
        : undefined;
    const locked = new Set<string>();
    const alone = async <T>(lock: string, work: () => Promise<T>): Promise<T | undefined> => {
      if (locked.has(lock)) return undefined;
      locked.add(lock);
      return work().finally(() => locked.delete(lock));
    };
    const change = (hold: 'held' | 'released', finalizesAt: Date): void => {
      this.did.push(hold);
      if (this.invoice?.status !== 'draft') return;
      const heldUntil = hold === 'held' ? finalizesAt : this.invoice.heldUntil;
      Object.assign(this.invoice, { advances: true, hold, finalizesAt, heldUntil });
    };
    const store = {
      takeSeen: async () => due('seen'),
      dueHeld: async () => ((due('guarded') ?? due('held')) ? ['in_1'] : []),
      nextIn: async () => undefined,
      held: async () => due('guarded') ?? due('held'),
      holding: async (_sql: Sql, { releaseAfter }: InvoiceHold) =>
        write('holding', { state: 'guarded', nextAt: releaseAfter.getTime() }),
      end: async (_sql: Sql, _id: string, state: HoldState) => write('end', { state, ended: true }),
      postpone: async () => void (this.row.nextAt = this.now + 1),
    } as unknown as InvoiceHoldStore;
    const clock = { ms: () => this.now, now: () => at(this.now) } as unknown as Clock;
    const queues = new TestQueues(clock);
    this.look = () => queues.work();
    this.holds = initialised(
      new InvoiceHolds(
        store,
        {
          find: async () => this.invoice,
          hold: async (_id: string, until: Date) => change('held', until),
          release: async () => change('released', NATURAL),
        } as unknown as InvoiceGateway,
        { look: async () => undefined } as unknown as InvoiceMirror,
        {} as InvoiceAlarms,
        {
          isBound: true,
          prove: async () => {
            if (this.proven instanceof Error) throw this.proven;
            return this.proven;
          },
        } as unknown as UsageSettlement,
        {
          withLock: async (name: string, _wait: number, work: () => Promise<void>) =>
            alone(name, async () => ({ result: await work() })),
          run: async (work: (tx: Sql) => Promise<unknown>) => work({} as Sql),
          transaction: async (work: (tx: Sql) => Promise<unknown>) => work({} as Sql),
          slowTransaction: async (work: (tx: Sql) => Promise<boolean>) =>
            alone('line', async () => work({} as Sql)),
        } as unknown as Database,
        clock,
        queues.queues,
        { publish: async () => undefined } as unknown as Topics,
        { get: () => LIMIT_MS } as unknown as Settings,
        {
          gauge: () => undefined,
          counter: () => ({ inc: () => this.alarms++ }),
        } as unknown as Metrics,
        {
          named: () => ({ warn: () => undefined, error: () => this.did.push('alarm') }),
        } as unknown as Log,
      ),
    );
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

const ended = (state: HoldState) => expect.objectContaining({ state, ended: true });

it('holds a draft at once, and until its usage is proven and its calls have had time to arrive', async () => {
  await world.look();
  expect([world.row.state, world.invoice?.finalizesAt, world.did]).toEqual(['guarded', DEADLINE, ['held']]);
  // Stripe ends the hold, should we be gone by then.
  expect(world.invoice?.advances).toBe(true);
  world.proven = true;
  world.now = 99;
  await world.look();
  expect(world.row.ended).toBe(false);
  world.proven = false;
  world.now = 100;
  await world.look();
  expect([world.row.ended, world.invoice?.finalizesAt]).toEqual([false, DEADLINE]);
  world.proven = true;
  world.now = 101;
  await world.look();
  expect([world.row, world.invoice?.finalizesAt]).toEqual([ended('released'), NATURAL]);
  expect(world.alarms).toBe(0);
});

it('is held for a while beyond its natural time, however late that is', async () => {
  world.releaseAfter = LIMIT_MS * 6;
  await world.look();
  expect(world.invoice?.finalizesAt).toEqual(at(LIMIT_MS * 6 + 3_600_000));
});

it.each(['holding', 'end'] as const)('killed before it wrote "%s", it ends the same', async (step) => {
  world.proven = true;
  world.failing = step;
  await lookAfterAll();
  expect(world.row.ended).toBe(false);
  world.failing = undefined;
  await lookAfterAll();
  expect([world.row, world.invoice?.finalizesAt]).toEqual([ended('released'), NATURAL]);
  expect(world.did.filter((what) => what === 'held')).toHaveLength(1);
});

it.each([false, new Error('Stripe is away')])(
  'goes out with an alarm after the limit, and not before (%s)',
  async (proven) => {
    world.proven = proven;
    world.now = LIMIT_MS - 2;
    await lookAfterAll();
    expect([world.row.ended, world.alarms]).toEqual([false, 0]);
    world.now = LIMIT_MS;
    await world.look();
    expect(world.row).toEqual(ended('unproven'));
    expect([world.invoice?.advances, world.alarms, world.did.at(-1)]).toEqual([true, 1, 'alarm']);
  },
);

it('leaves what an operator holds, and what an operator released or rescheduled', async () => {
  world.invoice = { ...draft(), advances: false, finalizesAt: null };
  world.proven = true;
  await lookAfterAll();
  // What it lacks is added to it all the same: it may be made final by hand.
  expect([world.row, world.did]).toEqual([ended('left'), []]);
  world = new World();
  await world.look();
  if (world.invoice) world.invoice.finalizesAt = at(5_000_000);
  await lookAfterAll();
  expect([world.row, world.did]).toEqual([ended('released'), ['held']]);
  world = new World();
  await world.look();
  Object.assign(world.invoice ?? {}, { advances: false, finalizesAt: null });
  world.proven = true;
  await lookAfterAll();
  expect([world.row, world.did]).toEqual([ended('left'), ['held']]);
});

it('releases what a version held that kept drafts from advancing, and leaves what was released by hand then', async () => {
  world.proven = true;
  world.invoice = { ...draft(), advances: false, finalizesAt: null, hold: 'held' };
  await lookAfterAll();
  expect([world.row, world.did]).toEqual([ended('released'), ['released']]);
  world = new World();
  world.invoice = { ...draft(), hold: 'held' };
  world.row.state = 'held';
  await lookAfterAll();
  expect([world.row, world.did]).toEqual([ended('released'), []]);
});

it('goes on with what a version before this one held with a deadline', async () => {
  world.invoice = { ...draft(), hold: 'held', heldUntil: DEADLINE, finalizesAt: DEADLINE };
  world.row.state = 'held';
  await lookAfterAll();
  expect([world.row.ended, world.did]).toEqual([false, []]);
  world.proven = true;
  await lookAfterAll();
  expect([world.row, world.did]).toEqual([ended('released'), ['released']]);
});

it('comes too late for what is final, or gone', async () => {
  world.invoice = { ...draft(), status: 'open' };
  await world.look();
  expect([world.row, world.did]).toEqual([ended('missed'), []]);
  world = new World();
  world.invoice = undefined;
  await world.look();
  expect(world.row).toEqual(ended('missed'));
});

/** As often as there may be something to do: to hold it, to try that again, and to release it. */
async function lookAfterAll(): Promise<void> {
  await world.look();
  world.now = Math.max(100, world.now + 1);
  await world.look();
  await world.look();
}
