import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

/**
 * A table belongs to the module whose `*.tables.ts` declares it, and only that module's SQL names it. These are read by the
 * SQL of others as well, so their columns are part of what the module offers; nobody else writes them.
 */
const PUBLISHED: Readonly<Record<string, string>> = {
  accounts: 'joined by the totals of all customers, with their plan and status',
  usage_periods: 'joined with calls and totals, as each belongs to a billing period',
  calls: 'filtered and summed by the meters, millions at a time: they are never fetched',
  meter_usage:
    'locked and joined with what was reported of each total; `addReportedSql` of meters adds to it',
  meter_waiting: 'a day of calls is kept, and a change of plan waits, while one of them is not counted',
};

const READS = /\b(?:from|join)\s+(?:only\s+)?"?(?:farebox"?\."?)?([a-z_]+)"?/gi;
const WRITES =
  /\b(?:insert\s+into|update|delete\s+from|truncate(?:\s+table)?)\s+(?:only\s+)?"?(?:farebox"?\."?)?([a-z_]+)"?/gi;

/** The names of relations in SQL without a schema: a search_path would decide what they mean. */
const WITHOUT_SCHEMA = [
  /\b(?:from|join|into|update|table|truncate|references|using|partition\s+of)\s+(?:only\s+)?"?([a-z_]+)\b(?!"?\.)/gi,
  /\bfarebox\.\w+(?:\s+(?:as\s+)?\w+)?,\s*"?([a-z_]+)\b(?!"?\.)/gi,
  /'([a-z_]+)'::regclass\b/gi,
  /\bto_regclass\('([a-z_]+)'/gi,
];

interface File {
  path: string;
  text: string;
}

/** Sentences that say what is updated are no SQL. */
const withoutComments = (text: string): string => text.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');

/** `modules/billing` of `modules/billing/invoices/x.ts`. */
const moduleOf = (path: string): string => path.split('/').slice(0, 2).join('/');

function ownersOf(files: readonly File[]): Map<string, string> {
  return new Map(
    files
      .filter(({ path }) => path.endsWith('.tables.ts'))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/farebox\.table\(\s*'(\w+)'/g)].map(
          ([, table]) => [String(table), moduleOf(path)] as const,
        ),
      ),
  );
}

function strangersIn(files: readonly File[], owners: ReadonlyMap<string, string>): string[] {
  return files.flatMap(({ path, text }) => {
    const named = (pattern: RegExp): string[] =>
      [...text.matchAll(pattern)].map(([, table]) => String(table));
    const strange = (table: string): boolean => (owners.get(table) ?? moduleOf(path)) !== moduleOf(path);
    const found = [
      ...named(READS).filter((table) => strange(table) && !(table in PUBLISHED)),
      ...named(WRITES).filter(strange),
    ];
    return [...new Set(found)].map((table) => `${path}: ${table} of ${owners.get(table)}`);
  });
}

function unqualifiedIn(files: readonly File[], owners: ReadonlyMap<string, string>): string[] {
  return files.flatMap(({ path, text }) =>
    WITHOUT_SCHEMA.flatMap((pattern) => [...text.matchAll(pattern)].map(([, table]) => String(table)))
      .filter((table) => owners.has(table))
      .map((table) => `${path}: ${table}`),
  );
}

const src = fileURLToPath(new URL('../../src/', import.meta.url));
const files = ['modules', 'platform', 'cli'].flatMap((folder) =>
  readdirSync(join(src, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => ({
      path: `${folder}/${file.replaceAll(sep, '/')}`,
      text: withoutComments(readFileSync(join(src, folder, file), 'utf8')),
    })),
);

it('SQL names the tables of its own module, and what others publish', () => {
  expect(strangersIn(files, ownersOf(files))).toEqual([]);
});

it('SQL names tables with their schema: it runs on connections of others, with a search_path of theirs', () => {
  expect(unqualifiedIn(files, ownersOf(files))).toEqual([]);
});

it.each([
  'select 1 from calls',
  'select 1 from farebox.calls c, accounts a',
  'select 1 from farebox.calls\n  join "accounts" using (customer_id)',
  'insert into calls (id) values ($1)',
  'update only accounts set plan = $1',
  'delete from farebox.calls c using accounts a where true',
  'truncate farebox.accounts, calls',
  `select inhrelid from pg_inherits where inhparent = 'calls'::regclass`,
  `select to_regclass('calls')`,
  'create table if not exists farebox.calls_1 partition of calls',
  'lock table calls',
])('finds no schema in %j', (sql) => {
  const planted = { path: 'modules/usage/late/planted.ts', text: `await client.query(\`${sql}\`);` };
  expect(unqualifiedIn([planted], ownersOf(files))).toHaveLength(1);
});

it('what is published is a table, and is read by others', () => {
  const owners = ownersOf(files);
  const readBy = (table: string): File[] =>
    files.filter(
      ({ path, text }) =>
        moduleOf(path) !== owners.get(table) && [...text.matchAll(READS)].some(([, read]) => read === table),
    );
  expect(Object.keys(PUBLISHED).filter((table) => !owners.has(table) || readBy(table).length === 0)).toEqual(
    [],
  );
});

it.each([
  ['select 1 from farebox.invoice_holds h where h.id = $1', 'invoice_holds'],
  ['select 1 from farebox.calls c\n  join farebox.tokens t using (customer_id)', 'tokens'],
  ['select 1 from farebox.ledger_lines', 'ledger_lines'],
  ['update farebox.usage_periods set price_id = $1', 'usage_periods'],
  ['update farebox.meter_usage set told = told + 1', 'meter_usage'],
  ['delete from farebox.calls where day = $1', 'calls'],
  ['insert into farebox.accounts (id) values ($1)', 'accounts'],
  ['delete from only farebox.webhook_events', 'webhook_events'],
])('finds %j in usage', (sql, table) => {
  const planted = { path: 'modules/usage/late/planted.ts', text: `await client.query(\`${sql}\`);` };
  expect(strangersIn([planted], ownersOf(files))).toEqual([expect.stringContaining(`: ${table} of `)]);
});

it.each([
  'select 1 from farebox.meter_usage u join farebox.usage_periods p using (customer_id)',
  'delete from farebox.usage_intents',
])('leaves %j in usage alone', (sql) => {
  const planted = { path: 'modules/usage/late/planted.ts', text: sql };
  expect(strangersIn([planted], ownersOf(files))).toEqual([]);
});
