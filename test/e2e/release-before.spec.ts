import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrateDatabase } from '../../src/platform/database/migrate.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { migrateAsBefore } from '../support/previous-release.js';

/** What the release before this one asks of the database, as `npm run record:statements` heard it. */
const { statements } = JSON.parse(
  readFileSync(new URL('../release-before/statements.json', import.meta.url), 'utf8'),
) as { statements: string[] };

const isTemporary = (statement: string): boolean => /^create temp/i.test(statement);

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client(database.url);
  await client.connect();
  await migrateAsBefore(client);
  await migrateDatabase(database.url);
  for (const statement of statements.filter(isTemporary)) await client.query(statement);
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

/** Has PostgreSQL look up every table, column, constraint and type of a statement, and plan it, without running it. */
async function refused(): Promise<string[]> {
  const found: string[] = [];
  for (const statement of statements.filter((other) => !isTemporary(other))) {
    await client.query('savepoint before');
    try {
      await client.query(`explain (generic_plan) ${statement}`);
    } catch (error) {
      found.push(`${(error as Error).message}: ${statement.slice(0, 200)}`);
    }
    await client.query('rollback to before');
  }
  return found;
}

it('every statement of the release before is understood on the schema of this one', async () => {
  expect(statements.length).toBeGreaterThan(250);
  await client.query('begin');
  expect(await refused()).toEqual([]);
  await client.query('rollback');
});

it.each([
  ['alter view meter_members rename to meter_members_before', 'relation "meter_members" does not exist'],
  ['alter view accounts rename column plan to plan_id', 'column "plan"'],
  [
    `drop view calls cascade; create view calls as select day, id, account_id, customer_id, subscription_id, plan, company_id,
       user_id, session_id, route, verb, path, status, started_at, duration_us, units::text as units, corrects, headers
     from farebox.calls`,
    'units',
  ],
  [
    'alter table farebox.meter_usage drop constraint meter_usage_customer_id_meter_starts_at_pk',
    'ON CONFLICT',
  ],
])('%s would be found', async (change, says) => {
  await client.query('begin');
  await client.query(change);
  expect((await refused()).join('\n')).toContain(says);
  await client.query('rollback');
});
