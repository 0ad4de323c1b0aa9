import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BillingUnavailableError } from '../../../src/modules/billing/ports/billing-errors.js';
import {
  type ProviderMeter,
  UsageCustomerGoneError,
  type UsageEvent,
  UsageRefusedError,
  type UsageSink,
  UsageThrottledError,
} from '../../../src/modules/billing/ports/usage-sink.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What happens to the next event. `lost`: the connection is cut, before the provider has it or after. */
export type SinkFault = 'throttled' | 'lost before' | 'lost after' | 'rejected later';

/** A usage sink, and what a test needs of the provider behind it. */
export interface SinkTarget {
  sink: UsageSink;
  /** The one meter of the catalog. */
  meter: ProviderMeter;
  /** A customer that nobody has used yet. */
  newCustomer(): Promise<string>;
  deleteCustomer(customerId: string): Promise<void>;
  /** By the provider's clock. */
  now(): Date;
  /** Lets time pass at the provider, in milliseconds. */
  pass(ms: number): Promise<void>;
  fault(fault: SinkFault): Promise<void>;
  /** Totals show what was taken so long ago, in milliseconds; of one customer, or of all. null: as the others. */
  lag(ms: number | null, customerId?: string): Promise<void>;
  /** The next time that totals are asked for, nobody answers. */
  loseTotal(): Promise<void>;
  close(): Promise<void>;
}

/** What `usage` relies on, whoever the provider is. */
export function usageSinkContract(open: () => Promise<SinkTarget>): void {
  let target: SinkTarget;
  let customerId: string;
  let events = 0;
  beforeAll(async () => {
    target = await open();
  });
  afterAll(() => target?.close());
  beforeEach(async () => {
    customerId = await target.newCustomer();
  });

  const minute = (ago: number): Date =>
    new Date(Math.floor(target.now().getTime() / MINUTE) * MINUTE - ago * MINUTE);
  const event = (changed: Partial<UsageEvent> = {}): UsageEvent => ({
    meter: target.meter,
    customerId,
    identifier: `contract:${customerId}:${++events}`,
    at: minute(5),
    value: 12n,
    ...changed,
  });
  const send = (changed?: Partial<UsageEvent>) => target.sink.send(event(changed));
  const total = (from = minute(10), to = minute(-4), customer = customerId) =>
    target.sink.total(target.meter.id, customer, from, to);

  it('knows the meters of the catalog', async () => {
    expect(await target.sink.meters()).toEqual([target.meter]);
  });

  describe('an event', () => {
    it('is taken, and in the total', async () => {
      expect(await send()).toBe('accepted');
      expect(await send({ value: 3n })).toBe('accepted');
      expect(await total()).toBe(15n);
    });

    it('told again is a duplicate, and counts once, whatever it says then', async () => {
      const first = event();
      expect(await target.sink.send(first)).toBe('accepted');
      expect(await target.sink.send(first)).toBe('duplicate');
      expect(await target.sink.send({ ...first, at: minute(7), value: 99n })).toBe('duplicate');
      expect(await total()).toBe(12n);
    });

    it('may take back', async () => {
      await send({ value: 10n });
      await send({ value: -7n });
      expect(await total()).toBe(3n);
    });

    it('of 15 digits is taken whole', async () => {
      await send({ value: 999_999_999_999_999n });
      expect(await total()).toBe(999_999_999_999_999n);
    });

    it.each<[string, () => Partial<UsageEvent>]>([
      ['34 days ago', () => ({ at: new Date(target.now().getTime() - 34 * DAY) })],
      ['four minutes ahead', () => ({ at: new Date(target.now().getTime() + 4 * MINUTE) })],
    ])('of %s is taken', async (_what, changed) => {
      expect(await send(changed())).toBe('accepted');
    });
  });

  describe('an event is refused, and counts nothing,', () => {
    it.each<[string, () => Partial<UsageEvent>, string]>([
      [
        'of 36 days ago',
        () => ({ at: new Date(target.now().getTime() - 36 * DAY) }),
        'timestamp_too_far_in_past',
      ],
      [
        'of ten minutes ahead',
        () => ({ at: new Date(target.now().getTime() + 10 * MINUTE) }),
        'timestamp_in_future',
      ],
      ['of 16 digits', () => ({ value: 10n ** 15n }), 'meter_event_invalid_value'],
    ])('%s', async (_what, changed, reason) => {
      const refusal = await send(changed()).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(UsageRefusedError);
      expect((refusal as UsageRefusedError).reason).toBe(reason);
      expect(await total()).toBe(0n);
    });
  });

  describe('when it does not work at once', () => {
    it.each<[SinkFault, new (...args: never[]) => Error, 'accepted' | 'duplicate']>([
      ['throttled', UsageThrottledError, 'accepted'],
      ['lost before', BillingUnavailableError, 'accepted'],
      ['lost after', BillingUnavailableError, 'duplicate'],
    ])('%s: says so, and the same event counts once in the end', async (fault, kind, outcome) => {
      const told = event();
      await target.fault(fault);
      await expect(target.sink.send(told)).rejects.toBeInstanceOf(kind);
      expect(await target.sink.send(told)).toBe(outcome);
      expect(await total()).toBe(12n);
    });

    it('taken and rejected later: only the total tells', async () => {
      await target.fault('rejected later');
      expect(await send()).toBe('accepted');
      expect(await total()).toBe(0n);
      expect(await send()).toBe('accepted');
      expect(await total()).toBe(12n);
    });

    it('the total cannot be asked for: says so, and not "none"', async () => {
      await send();
      await target.loseTotal();
      await expect(total()).rejects.toBeInstanceOf(BillingUnavailableError);
      expect(await total()).toBe(12n);
    });
  });

  describe('a customer of our own', () => {
    it('shows how far the totals have come, and is made once', async () => {
      const canary = await target.sink.canary();
      expect(await target.sink.canary()).toBe(canary);
      await send({ customerId: canary, value: 1n });
      expect(await total(minute(10), minute(-4), canary)).toBe(1n);
      expect(await target.sink.isGone(canary)).toBe(false);
    });
  });

  it('an event of the last 24 hours is cancelled, an older one is not', async () => {
    const [late, early] = [event(), event({ value: 30n })];
    await target.sink.send(late);
    await target.sink.cancel(target.meter, late.identifier);
    expect(await total()).toBe(0n);
    await target.sink.send(early);
    await target.pass(25 * HOUR);
    await expect(target.sink.cancel(target.meter, early.identifier)).rejects.toBeInstanceOf(
      UsageRefusedError,
    );
  });

  it('a customer that was deleted is gone: for what is sent, and by itself', async () => {
    await target.deleteCustomer(customerId);
    expect(await target.sink.isGone(customerId)).toBe(true);
    await expect(send()).rejects.toBeInstanceOf(UsageCustomerGoneError);
  });

  describe('a total', () => {
    it('is of one customer, from a minute to before another', async () => {
      const other = await target.newCustomer();
      await send({ at: new Date(minute(6).getTime() - SECOND), value: 1n });
      await send({ at: minute(6), value: 20n });
      await send({ at: new Date(minute(5).getTime() - SECOND), value: 300n });
      await send({ at: minute(5), value: 4_000n });
      await send({ customerId: other, at: minute(6), value: 50_000n });
      expect(await total(minute(6), minute(5))).toBe(320n);
      expect(await total(minute(10), minute(0))).toBe(4_321n);
      expect(await total(minute(6), minute(5), other)).toBe(50_000n);
      expect(await total(minute(4), minute(3))).toBe(0n);
    });

    it('of many days is whole', async () => {
      await send({ at: new Date(target.now().getTime() - 30 * DAY), value: 1n });
      await send({ value: 2n });
      expect(await total(minute(32 * 24 * 60), minute(0))).toBe(3n);
    });

    it('of one customer lags for hours, while another is shown', async () => {
      const other = await target.newCustomer();
      await target.lag(6 * HOUR, customerId);
      await send();
      await send({ customerId: other, value: 7n });
      expect([await total(), await total(minute(10), minute(-4), other)]).toEqual([0n, 7n]);
      const [from, to] = [minute(10), minute(-4)];
      await target.pass(5 * HOUR);
      expect(await total(from, to)).toBe(0n);
      await target.pass(HOUR + MINUTE);
      expect(await total(from, to)).toBe(12n);
      await target.lag(null, customerId);
    });

    it('lags', async () => {
      await target.lag(10 * MINUTE);
      const { at } = { at: minute(5) };
      await send({ at });
      const seen = () => total(at, new Date(at.getTime() + MINUTE));
      expect(await seen()).toBe(0n);
      await target.pass(11 * MINUTE);
      expect(await seen()).toBe(12n);
      await target.lag(0);
    });
  });
}
