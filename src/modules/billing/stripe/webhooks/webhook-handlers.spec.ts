import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/postgres.js';
import { TestClock } from '../../../../../test/support/test-clock.js';
import { TestQueues } from '../../../../../test/support/test-queues.js';
import { Database, type Sql } from '../../../../platform/database/database.js';
import { migrateDatabase } from '../../../../platform/database/migrate.js';
import { Log } from '../../../../platform/logging/logger.js';
import { Topics } from '../../../../platform/topics/topics.js';
import { CHECKOUT_CHANGED } from '../../ports/checkout-gateway.js';
import type { InvoiceAlarms } from '../../invoices/invoice-alarms.js';
import type { InvoiceHolds } from '../../invoices/invoice-holds.js';
import type { AccountSync } from '../account-sync.js';
import { METER_ERROR_EVENTS, OUR_EVENTS } from '../catalog/endpoint-events.js';
import { HANDLED_TYPES, UNHANDLED_TYPES, WebhookHandlers } from './webhook-handlers.js';
import type { webhookEvents } from '../../webhooks/webhook-events.tables.js';

it('every type that Stripe is asked for has a rule, or a reason to have none', () => {
  const asked = [...OUR_EVENTS, ...METER_ERROR_EVENTS];
  const without = asked.filter((type) => !HANDLED_TYPES.some((types) => types.test(type)));
  expect(without.sort()).toEqual(Object.keys(UNHANDLED_TYPES).sort());
});

it.each([
  'invoice.finalization_failed',
  'invoice.deleted',
  'invoice.voided',
  'invoice.marked_uncollectible',
  'invoice.overdue',
  'charge.refunded',
  'charge.dispute.created',
  'charge.dispute.closed',
  'credit_note.created',
])('%s is asked for, and has a rule', (type) => {
  expect([
    OUR_EVENTS.some((asked) => asked === type),
    HANDLED_TYPES.some((types) => types.test(type)),
  ]).toEqual([true, true]);
});

describe('events of one customer', () => {
  const database = new Database(Log.create('silent'));
  let server: TestDatabase;
  let customer: 'known' | 'unknown' | Error;
  let brokenInvoice: string | undefined;
  let handlers: WebhookHandlers;

  const note = async (tx: Sql, id: string): Promise<void> => {
    await tx.execute(`insert into notes values ('${id}')`);
  };
  beforeAll(async () => {
    server = await createTestDatabase();
    await migrateDatabase(server.url);
    database.open({ connectionString: server.url, poolSize: 4 });
    await database.pool.query('create table notes (id text)');
    const { queues, sweep } = new TestQueues(new TestClock(new Date()));
    const topics = new Topics(database, new TestClock(new Date()), queues, sweep, Log.create('silent'));
    topics.subscribe(CHECKOUT_CHANGED, 'checkouts', async () => undefined);
    const accounts: Pick<AccountSync, 'refresh'> = {
      refresh: async (tx) => {
        await note(tx, 'account');
        if (customer instanceof Error) throw customer;
        return customer === 'known';
      },
    };
    const holds: Pick<InvoiceHolds, 'onInvoiceChanged'> = {
      onInvoiceChanged: async (tx, { invoiceId }, types) => {
        await note(tx, `${invoiceId}: ${types.join(', ')}`);
        if (invoiceId === brokenInvoice) throw new Error('no such answer');
      },
    };
    handlers = new WebhookHandlers(
      accounts as AccountSync,
      topics,
      holds as InvoiceHolds,
      {} as InvoiceAlarms,
    );
  });
  afterAll(async () => {
    await database.close();
    await server?.drop();
  });
  beforeEach(async () => {
    await database.pool.query('truncate notes, farebox.topic_deliveries, farebox.topic_messages');
    customer = 'known';
    brokenInvoice = undefined;
  });

  const events = (
    [
      ['e1', 'customer.updated', 'cus_1'],
      ['e2', 'invoice.updated', 'in_1'],
      ['e3', 'checkout.session.completed', 'cs_1'],
      ['e4', 'invoice.paid', 'in_2'],
      ['e5', 'nobody.knows', 'x'],
      ['e6', 'invoice.paid', 'in_1'],
    ] as const
  ).map(
    ([id, type, objectId]) =>
      ({ id, type, objectId, customerId: 'cus_1' }) as typeof webhookEvents.$inferSelect,
  );
  /** How each event ended, what was written, and how many messages were published. */
  async function applied() {
    const outcomes = await database.transaction((tx) => handlers.apply(tx, events));
    const ends = outcomes.flatMap((outcome) =>
      outcome.events.map(({ id }) => [id, 'state' in outcome ? outcome.state : 'failed'] as const),
    );
    const { rows } = await database.pool.query<{ id: string }>('select id from notes');
    const { rowCount: published } = await database.pool.query('select from farebox.topic_messages');
    return { ends: Object.fromEntries(ends), wrote: rows.map(({ id }) => id).toSorted(), published };
  }

  it('have it and each object looked up once', async () => {
    expect(await applied()).toEqual({
      ends: { e1: 'done', e2: 'done', e3: 'done', e4: 'done', e5: 'ignored', e6: 'done' },
      wrote: ['account', 'in_1: invoice.updated, invoice.paid', 'in_2: invoice.paid'],
      published: 1,
    });
  });

  it('about an object that cannot be looked up fail, and leave nothing; the others are applied', async () => {
    brokenInvoice = 'in_1';
    expect(await applied()).toEqual({
      ends: { e1: 'done', e2: 'failed', e3: 'done', e4: 'done', e5: 'ignored', e6: 'failed' },
      wrote: ['account', 'in_2: invoice.paid'],
      published: 1,
    });
  });

  it('that cannot be looked up fail, but for those that need no account', async () => {
    customer = new Error('Stripe is away');
    expect(await applied()).toEqual({
      ends: { e1: 'failed', e2: 'failed', e3: 'done', e4: 'failed', e5: 'ignored', e6: 'failed' },
      wrote: [],
      published: 1,
    });
  });

  it('without an account wait for it, but for those that need none', async () => {
    customer = 'unknown';
    expect(await applied()).toMatchObject({
      ends: { e1: 'waiting', e2: 'waiting', e3: 'done', e4: 'waiting', e5: 'ignored', e6: 'waiting' },
      published: 1,
    });
  });
});
