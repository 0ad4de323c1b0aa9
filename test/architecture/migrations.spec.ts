import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { contracting, contractOf } from './support/contracting.js';

const read = (path: string): string =>
  readFileSync(new URL(`../../migrations/${path}`, import.meta.url), 'utf8');
const { entries } = JSON.parse(read('meta/_journal.json')) as { entries: { idx: number; tag: string }[] };
const migrations = entries.map(({ idx, tag }) => ({ idx, tag, sql: read(`${tag}.sql`) }));

/** Those before it are from before the rule. */
const EXEMPT = entries.find(({ tag }) => tag.endsWith('_schema_support'))?.idx ?? 0;

it('migrations from before the rule show that it finds something', () => {
  const found = migrations.filter(({ idx, sql }) => idx < EXEMPT && contracting(sql).length > 0);
  expect(found.map(({ tag }) => tag)).toContain('0010_meter_scopes');
  expect(contracting(migrations[10]?.sql ?? '')).toEqual(
    expect.arrayContaining(['renames', 'drops a table, column, view or type']),
  );
});

describe('a migration adds, or says by "-- contract:" which programs may go on', () => {
  it.each(
    migrations.filter(({ idx }) => idx >= EXEMPT).map((migration) => [migration.tag, migration] as const),
  )('%s', (_, { idx, sql }) => {
    const found = contracting(sql);
    if (found.length === 0) return;
    const contract = contractOf(sql);
    expect({ found, contract }).toEqual({
      found,
      contract: { why: expect.any(String), oldest: expect.any(Number) },
    });
    // The release before it must go on working: it is there while this one is rolled out.
    expect(contract?.oldest).toBeLessThanOrEqual(idx);
  });
});

describe('the rule', () => {
  it.each([
    ['ALTER TABLE "accounts" RENAME COLUMN "plan" TO "plan_id";'],
    ['ALTER TABLE "accounts" DROP COLUMN "plan";'],
    ['ALTER TABLE "accounts" ADD COLUMN "region" text NOT NULL;'],
    ['ALTER TABLE "accounts" ALTER COLUMN "plan" SET DATA TYPE uuid;'],
    ['ALTER TABLE "accounts" ALTER COLUMN "plan" SET NOT NULL;'],
    ['ALTER TABLE "accounts" ADD CONSTRAINT "one" UNIQUE("plan");'],
    ['CREATE UNIQUE INDEX "one" ON "accounts" USING btree ("plan");'],
    ['CREATE UNIQUE INDEX "one" ON "farebox"."accounts" USING btree ("plan");'],
    [
      'CREATE TABLE "farebox"."a" ("b" text);\nALTER TABLE "farebox"."accounts" ADD CONSTRAINT "one" UNIQUE("plan");',
    ],
    ['drop table accounts;'],
  ])('finds %s', (sql) => expect(contracting(sql)).toHaveLength(1));

  it.each([
    ['ALTER TABLE "accounts" ADD COLUMN "region" text;'],
    [`ALTER TABLE "accounts" ADD COLUMN "region" text DEFAULT 'eu, DROP TABLE' NOT NULL;`],
    ['CREATE INDEX "some" ON "accounts" USING btree ("plan");'],
    ['DROP INDEX "some";'],
    [
      'ALTER TABLE "farebox"."accounts" ADD COLUMN "x" text;\nCREATE UNIQUE INDEX "one" ON "farebox"."accounts" USING btree ("x");',
    ],
    [
      '-- RENAME nothing\nCREATE TABLE "a" ("b" text NOT NULL);\nALTER TABLE "a" ADD CONSTRAINT "c" UNIQUE("b");',
    ],
  ])('takes %s', (sql) => expect(contracting(sql)).toEqual([]));

  it('reads what a contract migration says', () => {
    const sql =
      '-- contract: nobody reads it since 0020\nALTER TABLE "a" DROP COLUMN "b";--> statement-breakpoint\nUPDATE "schema_support" SET "oldest" = 21;\n';
    expect(contractOf(sql)).toEqual({ why: 'nobody reads it since 0020', oldest: 21 });
    expect(contractOf('-- contract: because\nDROP TABLE "a";')).toBeUndefined();
  });
});
