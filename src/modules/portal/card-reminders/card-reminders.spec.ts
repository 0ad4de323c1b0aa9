import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { accruedUsages } from '../../../../test/support/accrued-usages.js';
import { FakeUsageSink } from '../../../../test/support/fake-usage-sink.js';
import { ledgerEntry } from '../../../../test/support/ledger-entry.js';
import { createMeteringWorld, type MeteringWorld } from '../../../../test/support/metering-world.js';
import { TestQueues } from '../../../../test/support/test-queues.js';
import { TestClock } from '../../../../test/support/test-clock.js';
import { Catalog, DEFAULT_SWITCHES, type MeterDefinition, type Plan } from '../../../catalog/index.js';
import { Database } from '../../../platform/database/database.js';
import { leastIdOf, newId } from '../../../platform/ids/ids.js';
import { Log } from '../../../platform/logging/logger.js';
import { type Mail, Mailer } from '../../../platform/mail/mailer.js';
import type { Topics } from '../../../platform/topics/topics.js';
import { AccountsService } from '../../accounts/index.js';
import { PeriodCalls } from '../../ledger/index.js';
import { CardReminderMails } from './card-reminder-mails.js';
import { CardReminders } from './card-reminders.js';
import { initialised } from '../../../../test/support/initialised.js';

const START = new Date('2026-11-01T00:00:00Z');
const END = new Date('2026-12-01T00:00:00Z');
const LIMIT = 10;
const MINUTE = 60_000;
const DAY = 86_400_000;
const ROUND = 5 * MINUTE;

/** All mails that the server has taken, and what it does with the next. */
class FakeMailer extends Mailer {
  sent: Mail[] = [];
  enabled = true;
  fail = false;
  begun = 0;
  wait: Promise<void> | undefined;

  override async send(mail: Mail): Promise<void> {
    this.begun++;
    await this.wait;
    if (this.fail) throw new Error(`550 ${mail.to}`);
    this.sent.push(mail);
  }
}

interface Running {
  mails: CardReminderMails;
  sweep(): Promise<void>;
  /** A sweep, and all that it sends. */
  round(): Promise<void>;
}

let world: MeteringWorld;
let databases: Database[];
let clock: TestClock;
let mailer: FakeMailer;
let logged: string[];

beforeAll(async () => {
  world = await createMeteringWorld();
  databases = [1, 2].map(() => {
    const database = new Database(Log.create('silent'));
    database.open({ connectionString: world.databaseUrl, poolSize: 3 });
    return database;
  });
});
afterAll(async () => {
  for (const database of databases ?? []) await database.close();
  await world?.stop();
});
beforeEach(async () => {
  await world.client.query(
    'truncate farebox.calls, farebox.ledger_lines, farebox.card_reminders, farebox.usage_periods, farebox.meter_usage, farebox.accounts cascade',
  );
  clock = new TestClock(new Date('2026-11-10T00:00:00Z'));
  mailer = new FakeMailer();
  logged = [];
});

const price = (unitAmount: bigint) => ({
  model: 'standard' as const,
  currency: 'usd',
  billingPeriod: { interval: 'month' as const, count: 1 },
  meter: 'calls',
  lookupKey: 'key',
  unitAmount: { picoMinorUnits: unitAmount, currency: 'usd' },
});
const PLANS: Plan[] = [
  { id: 'standard', product: { name: 'Standard' }, price: price(10n ** 12n) },
  { id: 'free', product: { name: 'Free' }, price: price(0n) },
  { id: 'allowance', product: { name: 'Allowance' }, price: { ...price(10n ** 12n), free: 5 } },
  {
    id: 'fee',
    product: { name: 'Fee' },
    price: price(10n ** 12n),
    baseFee: { amount: { picoMinorUnits: 10n ** 15n, currency: 'usd' }, lookupKey: 'fee' },
  },
];
const METERS: MeterDefinition[] = [
  {
    name: 'calls',
    displayName: 'Calls',
    eventName: null,
    filter: {},
    metric: 'event_count',
    aggregation: 'sum',
    windowMs: 3_600_000,
  },
];
const AT_STRIPE = {
  name: 'calls',
  id: 'mtr_1',
  eventName: 'calls',
  customerKey: 'customer',
  valueKey: 'value',
};

/** A process of the application, as far as reminders go. */
function start(callsWithoutCard: number | null = LIMIT, database = databases[0]!): Running {
  const catalog = new Catalog('test', METERS, PLANS, 'standard', {
    ...DEFAULT_SWITCHES,
    callsWithoutCard,
  });
  const queues = new TestQueues(clock);
  const named = {
    named: () => ({
      info: (...line: unknown[]) => logged.push(JSON.stringify(line)),
      warn: (...line: unknown[]) => logged.push(JSON.stringify(line.slice(0, 2))),
    }),
  } as unknown as Log;
  const accounts = new AccountsService(database, {} as Topics, clock);
  const usage = accruedUsages(catalog, database, new FakeUsageSink(clock, [AT_STRIPE]));
  const calls = new PeriodCalls(database, catalog);
  const reminders = new CardReminders(database, accounts, calls, usage, clock, catalog);
  const mails = initialised(
    new CardReminderMails(
      database,
      reminders,
      accounts,
      mailer,
      'https://api.example.com/dashboard',
      clock,
      catalog,
      queues.queues,
      queues.sweep,
      named,
    ),
  );
  return {
    mails,
    sweep: () => queues.wake(),
    round: () => queues.work(),
  };
}

/** An account without a payment method that has made so many calls since the period began. */
async function account(calls: number, set: Record<string, unknown> = {}): Promise<string> {
  const id = newId();
  const columns = {
    id,
    email: `${id}@example.com`,
    firstname: 'Ada',
    lastname: 'Lovelace',
    customer_id: `cus_${id}`,
    subscription_id: `sub_${id}`,
    status: 'active',
    plan: 'standard',
    period_start: START,
    period_end: END,
    payment_method: 'missing',
    created_at: START,
    ...set,
  };
  const names = Object.keys(columns);
  await world.client.query(
    `insert into farebox.accounts (${names.join(', ')}) values (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
    Object.values(columns),
  );
  const period = [`cus_${id}`, columns.period_start];
  await world.period({
    customerId: `cus_${id}`,
    subscriptionId: `sub_${id}`,
    providerMeter: AT_STRIPE.id,
    startsAt: columns.period_start,
    endsAt: columns.period_end,
  });
  await world.client.query(
    `insert into farebox.meter_usage (customer_id, meter, starts_at, value) values ($1, 'calls', $2, 0)`,
    period,
  );
  await call(id, calls);
  return id;
}
async function call(id: string, times: number, at = clock.now()): Promise<void> {
  if (times === 0) return;
  // Calls lie in the partition of the day in their id.
  const ms = at.getTime() - 1_000;
  const one = () =>
    ledgerEntry({
      id: leastIdOf(ms).slice(0, 14) + newId().slice(14),
      customerId: `cus_${id}`,
      startedAt: ms,
    }).call;
  await world.call(...Array.from({ length: times }, one));
  await world.client.query('update farebox.meter_usage set value = value + $2 where customer_id = $1', [
    `cus_${id}`,
    times,
  ]);
}
const change = (id: string, set: string) =>
  world.client.query(`update farebox.accounts set ${set} where id = $1`, [id]);
const CALLS = 'Add a payment method to keep calling the API';
const INVOICE = 'Add a payment method before your next invoice';
const subjects = () => mailer.sent.map(({ subject }) => subject);
const nearTheEnd = () => clock.set(new Date(END.getTime() - 3 * DAY));

describe('when 80 % of the calls without a payment method are used', () => {
  it('one mail is sent, and not before, and not again', async () => {
    const app = start();
    const id = await account(7);
    await app.round();
    expect(mailer.sent).toEqual([]);
    await call(id, 1);
    clock.advance(ROUND);
    await app.round();
    expect(mailer.sent).toMatchObject([
      {
        to: `${id}@example.com`,
        subject: CALLS,
        text: expect.stringMatching(
          /80% of the 10 paid calls[^]*1 December 2026[^]*https:\/\/api\.example\.com\/dashboard/,
        ),
      },
    ]);
    await call(id, 2);
    for (let n = 0; n < 3; n++) {
      clock.advance(ROUND);
      await app.round();
      await start().round();
    }
    expect(mailer.sent).toHaveLength(1);
  });

  it('again in the next billing period, by the calls of that one', async () => {
    const app = start();
    const id = await account(9);
    await app.round();
    clock.set(END);
    const next = new Date('2027-01-01T00:00:00Z');
    await world.client.query('update farebox.accounts set period_start = $1, period_end = $2', [END, next]);
    await app.round();
    expect(subjects()).toEqual([CALLS]);
    clock.advance(DAY);
    await call(id, 8);
    await app.round();
    expect(subjects()).toEqual([CALLS, CALLS]);
  });

  it('in a trial too', async () => {
    await account(8, { status: 'trialing' });
    await start().round();
    expect(subjects()).toEqual([CALLS]);
  });
});

describe('three days before the billing period ends', () => {
  it('one mail is sent where something was used, and not before', async () => {
    const app = start();
    await account(1);
    await account(0);
    clock.set(new Date(END.getTime() - 3 * DAY - 1));
    await app.round();
    expect(mailer.sent).toEqual([]);
    clock.advance(ROUND);
    for (let n = 0; n < 3; n++) {
      await app.round();
      clock.advance(ROUND);
    }
    expect(subjects()).toEqual([INVOICE]);
    expect(mailer.sent[0]?.text).toMatch(/ends on 1 December 2026 \(UTC\)[^]*\/dashboard/);
  });

  it('in a period of a day, in its second half', async () => {
    const app = start();
    clock.advance(MINUTE);
    await account(1, {
      period_start: new Date('2026-11-10T00:00:00Z'),
      period_end: new Date('2026-11-11T00:00:00Z'),
    });
    await app.round();
    clock.advance(ROUND);
    await app.round();
    expect(mailer.sent).toEqual([]);
    clock.set(new Date('2026-11-10T12:00:00Z'));
    await app.round();
    expect(subjects()).toEqual([INVOICE]);
  });

  it('not where what was used is within the free allowance, and then when it is beyond', async () => {
    const app = start();
    const id = await account(5, { plan: 'allowance' });
    nearTheEnd();
    await app.round();
    expect(mailer.sent).toEqual([]);
    await call(id, 1);
    clock.advance(ROUND);
    await app.round();
    expect(subjects()).toEqual([INVOICE]);
  });

  it('without any call, where the plan has a base fee', async () => {
    await account(0, { plan: 'fee' });
    nearTheEnd();
    await start().round();
    expect(subjects()).toEqual([INVOICE]);
  });

  it('where calls were used up at the same time, a day after the other mail', async () => {
    const app = start();
    await account(8);
    nearTheEnd();
    await app.round();
    clock.advance(ROUND);
    await app.round();
    expect(subjects()).toEqual([CALLS]);
    clock.advance(DAY - ROUND);
    await app.round();
    expect(subjects()).toEqual([CALLS, INVOICE]);
  });

  it('a day after the other mail as well where that was an hour before', async () => {
    const app = start();
    await account(8);
    clock.set(new Date(END.getTime() - 3 * DAY - 60 * MINUTE));
    await app.round();
    clock.advance(60 * MINUTE);
    await app.round();
    expect(subjects()).toEqual([CALLS]);
    clock.advance(DAY - 60 * MINUTE);
    await app.round();
    expect(subjects()).toEqual([CALLS, INVOICE]);
  });

  it('in a period of a day, still before it ends', async () => {
    const app = start();
    clock.set(new Date('2026-11-10T20:00:00Z'));
    await account(8, {
      period_start: new Date('2026-11-10T00:00:00Z'),
      period_end: new Date('2026-11-11T00:00:00Z'),
    });
    await app.round();
    expect(subjects()).toEqual([CALLS]);
    clock.set(new Date('2026-11-10T22:00:00Z'));
    await app.round();
    expect(subjects()).toEqual([CALLS, INVOICE]);
  });

  it('where no calls are allowed, alone', async () => {
    await account(1);
    nearTheEnd();
    await start(0).round();
    expect(subjects()).toEqual([INVOICE]);
  });

  it('not where no invoice can fail: in a trial, on a plan that costs nothing, or while collection is paused', async () => {
    await account(1, { status: 'trialing' });
    await account(1, { plan: 'free' });
    await account(1, { collection_paused: 'void' });
    nearTheEnd();
    await start().round();
    expect(mailer.sent).toEqual([]);
  });
});

describe('is not asked', () => {
  it.each<[string, Record<string, unknown>]>([
    ['an account with a payment method', { payment_method: 'present' }],
    ['one whose invoices are paid by hand', { payment_method: 'not_needed' }],
    ['one of which it is not known yet', { payment_method: null }],
    ['a closed one', { closed_at: START }],
    ['one whose subscription ended', { status: 'canceled' }],
    ['one whose period is over', { period_end: new Date('2026-11-05T00:00:00Z') }],
  ])('%s', async (_what, set) => {
    await account(LIMIT, set);
    const app = start();
    await app.round();
    nearTheEnd();
    await app.round();
    expect(mailer.sent).toEqual([]);
  });

  it('any, where the catalog lets them call without a bound', async () => {
    await account(500);
    nearTheEnd();
    await start(null).round();
    expect(mailer.sent).toEqual([]);
  });

  it('any, where no mail server is set; nothing waits for the day that sets one', async () => {
    const id = await account(LIMIT);
    mailer.enabled = false;
    await start().round();
    expect((await world.client.query('select 1 from farebox.card_reminders')).rows).toEqual([]);
    await change(id, `payment_method = 'present'`);
    mailer.enabled = true;
    await start().round();
    expect(mailer.sent).toEqual([]);
  });
});

describe('each mail is sent once', () => {
  it('by two processes that find and send at the same time', async () => {
    for (let n = 0; n < 20; n++) await account(LIMIT);
    nearTheEnd();
    const apps = databases.map((database) => start(LIMIT, database));
    for (let n = 0; n < 3; n++) {
      await Promise.all(apps.map((app) => app.round()));
      clock.advance(DAY / 2);
    }
    const sent = mailer.sent.map(({ to, subject }) => `${to} ${subject}`);
    expect(sent).toHaveLength(40);
    expect(new Set(sent).size).toBe(40);
  });

  it('while another process is sending it; again a minute later, if that process died', async () => {
    await account(8);
    let open: () => void = () => undefined;
    mailer.wait = new Promise((done) => (open = done));
    const slow = start();
    await slow.sweep();
    while (mailer.begun === 0) await new Promise((done) => setImmediate(done));
    mailer.wait = undefined;
    const other = start(LIMIT, databases[1]!);
    await other.round();
    expect(mailer.sent).toEqual([]);
    clock.advance(MINUTE);
    await other.round();
    expect(mailer.sent).toHaveLength(1);
    open();
    await slow.round();
  });

  it('after the mail server refused it, with growing pauses', async () => {
    await account(8);
    const app = start();
    mailer.fail = true;
    await app.round();
    clock.advance(MINUTE);
    await app.round();
    mailer.fail = false;
    clock.advance(MINUTE);
    await app.round();
    expect(mailer.sent).toEqual([]);
    clock.advance(MINUTE);
    await app.round();
    clock.advance(ROUND);
    await app.round();
    expect(mailer.sent).toHaveLength(1);
  });

  it('not any more, once there is a payment method', async () => {
    const id = await account(8);
    const app = start();
    mailer.fail = true;
    await app.round();
    mailer.fail = false;
    await change(id, `payment_method = 'present'`);
    clock.advance(MINUTE);
    await app.round();
    await change(id, `payment_method = 'missing'`);
    clock.advance(ROUND);
    await app.round();
    expect(mailer.sent).toEqual([]);
  });

  it('and no person is named in the log', async () => {
    const id = await account(8);
    const app = start();
    mailer.fail = true;
    await app.round();
    mailer.fail = false;
    clock.advance(MINUTE);
    await app.round();
    expect(logged).toHaveLength(2);
    expect(logged.join('\n')).toContain(id);
    expect(logged.join('\n')).not.toMatch(/@|Ada|Lovelace/);
  });
});
