import { beforeEach, describe, expect, it } from '@jest/globals';
import { TestClock } from '../../../../test/support/test-clock.js';
import { Catalog, DEFAULT_SWITCHES } from '../../../catalog/index.js';
import { parseSettings } from '../../../platform/config/settings.js';
import type { AccountState } from '../../../platform/identity/principal.js';
import { Log } from '../../../platform/logging/logger.js';
import { CardAllowance } from './card-allowance.js';
import type { CallsWanted, PeriodCalls } from './period-calls.js';
import { Role } from '../../../platform/lifecycle/role.js';

const SETTINGS = parseSettings({
  STRIPE_KEY: 'sk_test_1',
  TOKEN_SECRET: 'a-secret-of-the-tests-0123456789-abcdefghij',
  PUBLIC_URL: 'https://api.example.com',
});
const ACCOUNT: AccountState = {
  accountId: 'account',
  customerId: 'cus_1',
  subscriptionId: 'sub_1',
  status: 'active',
  plan: 'standard',
  pastDueSince: null,
  closedAt: null,
  changingUntil: null,
  paymentMethod: 'missing',
  periodStart: new Date('2026-11-01T00:00:00Z'),
  periodEnd: new Date('2026-12-01T00:00:00Z'),
};

/** When the calls of the ledger began, in milliseconds. */
let ledger: number[];
let reads: CallsWanted[];
let away: boolean;
let clock: TestClock;
let wait: Promise<void> | undefined;
const calls = {
  count: async (wanted: CallsWanted, most: number): Promise<number> => {
    reads.push(wanted);
    await wait;
    if (away) throw new Error('away');
    return Math.min(most, ledger.filter((at) => at >= wanted.from && at < wanted.to).length);
  },
} as PeriodCalls;

const make = (callsWithoutCard: number | null): CardAllowance =>
  new CardAllowance(
    new Catalog('test', [], [], '', { ...DEFAULT_SWITCHES, callsWithoutCard }),
    calls,
    clock,
    new Role('all'),
    SETTINGS,
    Log.create('silent'),
  );

beforeEach(() => {
  [ledger, reads, away, wait] = [[], [], false, undefined];
  clock = new TestClock(new Date('2026-11-10T00:00:00Z'));
});

/** A call from beginning to end: it stands in the ledger when it is over. */
async function call(allowance: CardAllowance, account = ACCOUNT): Promise<'answered' | 'refused'> {
  const at = clock.now();
  try {
    await allowance.admit(account, at);
  } catch (error) {
    expect(error).toMatchObject({ code: 'payment_method_required' });
    return 'refused';
  }
  ledger.push(at.getTime());
  clock.advance(10);
  return 'answered';
}

async function answered(allowance: CardAllowance, times: number, account = ACCOUNT): Promise<number> {
  let count = 0;
  for (let n = 0; n < times; n++) if ((await call(allowance, account)) === 'answered') count++;
  return count;
}

describe('an account without a payment method', () => {
  it.each([1, 7, 250])('makes %i calls of that many, however long they take, and no more', async (limit) => {
    expect(await answered(make(limit), limit + 20)).toBe(limit);
    expect(ledger).toHaveLength(limit);
  });

  it('makes none of none, and is told where to add one', async () => {
    expect(() => make(0).admit(ACCOUNT, clock.now())).toThrow(/https:\/\/api\.example\.com\/dashboard/);
    expect(reads).toEqual([]);
  });

  it('is counted anew at most once a second', async () => {
    const allowance = make(1_000);
    await answered(allowance, 350);
    // 3.5 seconds: the first call, and then once in each.
    expect(reads.length).toBeGreaterThanOrEqual(3);
    expect(reads.length).toBeLessThanOrEqual(5);
    const refusing = make(10);
    await answered(refusing, 10);
    reads = [];
    for (let n = 0; n < 500; n++) await call(refusing);
    expect(reads.length).toBeLessThanOrEqual(1);
  });

  it('that calls in a hurry is let through as often as it may, whatever is under way', async () => {
    const allowance = make(50);
    let open: () => void = () => undefined;
    wait = new Promise((done) => (open = done));
    const all = Array.from({ length: 200 }, () => call(allowance));
    open();
    const seen = await Promise.all(all);
    expect(seen.filter((one) => one === 'answered')).toHaveLength(50);
    expect(reads).toHaveLength(1);
  });

  it('may use two processes: what another let through counts within a second', async () => {
    const [one, other] = [make(100), make(100)];
    expect(await answered(one, 60)).toBe(60);
    expect(await answered(other, 60)).toBe(40);
    // The first has not looked again yet, and then it has.
    clock.advance(1_000);
    expect(await answered(one, 60)).toBeLessThanOrEqual(1);
    expect(await answered(other, 60)).toBe(0);
  });

  it('has its calls again with the next period, also before the provider has said so', async () => {
    const allowance = make(5);
    expect(await answered(allowance, 10)).toBe(5);
    clock.advance(ACCOUNT.periodEnd.getTime() - clock.ms() - 1);
    expect(await call(allowance)).toBe('refused');
    clock.advance(1);
    expect(await answered(allowance, 3)).toBe(3);
    const renewed = {
      ...ACCOUNT,
      periodStart: ACCOUNT.periodEnd,
      periodEnd: new Date('2027-01-01T00:00:00Z'),
    };
    expect(await answered(allowance, 10, renewed)).toBe(2);
  });

  it('goes by the last known count while the database is away', async () => {
    const allowance = make(10);
    expect(await answered(allowance, 4)).toBe(4);
    away = true;
    clock.advance(5_000);
    expect(await answered(allowance, 10)).toBe(6);
    away = false;
    clock.advance(5_000);
    expect(await call(allowance)).toBe('refused');
  });
});

describe('is not looked at', () => {
  it.each<[string, number | null, AccountState['paymentMethod']]>([
    ['a payment method', 1, 'present'],
    ['invoices that are paid by hand', 0, 'not_needed'],
    ['a state that is not known yet', 0, null],
    ['a catalog without a bound', null, 'missing'],
  ])('an account with %s', async (_what, limit, paymentMethod) => {
    const allowance = make(limit);
    const account = { ...ACCOUNT, paymentMethod };
    for (let n = 0; n < 5; n++) expect(allowance.admit(account, clock.now())).toBe(true);
    expect(await allowance.shown(account)).toBeNull();
    expect(reads).toEqual([]);
  });
});

it('with a payment method that was added is let through at once', async () => {
  const allowance = make(1);
  expect(await answered(allowance, 5)).toBe(1);
  expect(await call(allowance, { ...ACCOUNT, paymentMethod: 'present' })).toBe('answered');
});
