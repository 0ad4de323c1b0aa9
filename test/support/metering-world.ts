import pg from 'pg';
import { newId } from '../../src/platform/ids/ids.js';
import { LedgerStore } from '../../src/modules/ledger/store/ledger-store.js';
import type { LedgerCall } from '../../src/modules/ledger/store/ledger-entry.js';
import { migrateDatabase } from '../../src/platform/database/migrate.js';
import { createTestDatabase, withTables } from './postgres.js';

export { countPass } from '../../src/modules/meters/counting/meter-pass.js';
export { usageBuckets } from '../../src/modules/meters/views/usage-buckets.js';
export type { LedgerCall };

export interface TestPeriod {
  customerId: string;
  subscriptionId: string;
  providerMeter: string;
  startsAt: Date;
  endsAt: Date;
  countsFrom?: string;
  countsTo?: string;
}

/** A database with a ledger, and what the meters need of the rest: billing periods. */
export interface MeteringWorld {
  client: pg.Client;
  databaseUrl: string;
  /** Commits calls as one batch, with an outbox line for the meters. */
  call(...calls: Partial<LedgerCall>[]): Promise<LedgerCall[]>;
  period(period: TestPeriod): Promise<void>;
  empty(): Promise<void>;
  stop(): Promise<void>;
}

export const CUSTOMER = 'cus_1';
export const SUBSCRIPTION = 'sub_1';

export async function createMeteringWorld(): Promise<MeteringWorld> {
  const database = await createTestDatabase();
  await migrateDatabase(database.url);
  const client = new pg.Client(withTables(database.url));
  await client.connect();
  const store = new LedgerStore({ calls: ['meters'], exchanges: null });
  return {
    client,
    databaseUrl: database.url,
    call: async (...calls) => {
      const rows = calls.map(completeCall);
      await store.insert(
        client,
        rows.map((call) => ({ call, exchange: null, answer: null, releasedKey: null })),
      );
      return rows;
    },
    period: async (period) => {
      const { customerId, subscriptionId, providerMeter, startsAt, endsAt } = period;
      await client.query(
        `insert into usage_periods (customer_id, provider_meter, starts_at, ends_at, subscription_id, price_id,
           cycle_start, counts_from, counts_to, closed)
         values ($1, $2, $3, $4, $5, 'price_1', $3, $6, $7, false)`,
        [
          customerId,
          providerMeter,
          startsAt,
          endsAt,
          subscriptionId,
          period.countsFrom ?? startsAt.toISOString(),
          period.countsTo ?? endsAt.toISOString(),
        ],
      );
    },
    empty: async () => {
      await client.query(
        `truncate calls, ledger_lines, usage_periods, meter_buckets, meter_scopes, meter_members, meter_usage, meter_waiting,
           usage_intents, usage_canaries, usage_rejections, usage_progress, usage_checks, late_bills, provider_meters,
           mirrored_invoices, mirrored_invoice_lines`,
      );
    },
    stop: async () => {
      await client.end();
      await database.drop();
    },
  };
}

function completeCall(call: Partial<LedgerCall>): LedgerCall {
  return {
    id: newId(),
    accountId: '01890000-0000-7000-8000-000000000000',
    customerId: CUSTOMER,
    subscriptionId: SUBSCRIPTION,
    plan: 'standard',
    companyId: SUBSCRIPTION,
    userId: CUSTOMER,
    sessionId: 'session',
    route: '/r',
    verb: 'GET',
    path: '/r',
    status: 200,
    startedAt: Date.now(),
    durationUs: 100,
    units: 0,
    corrects: null,
    headers: '',
    ...call,
  };
}
