import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

/**
 * Every map and set that an object of the application keeps, and what bounds it. An `LRUCache` bounds itself. One that
 * is not here fails: say what bounds it, or use an `LRUCache`.
 */
const BOUNDED: Readonly<Record<string, string>> = {
  'modules/accounts/account-view.ts loading': 'reads that run',
  'modules/accounts/account-view.ts stale': 'taken by the next reading',
  'modules/admin/meter-test/meter-tests.ts alone': 'tests that run: one a meter',
  'modules/admin/meter-test/meter-tests.ts ending': 'tests that run: one a meter',
  'modules/admin/meter-test/meter-tests.ts running': 'tests that run: one a meter',
  'modules/admin/meter-test/running-test.ts followers': 'twenty',
  'modules/admin/meter-test/running-test.ts latest': 'the stages of a test',
  'modules/analytics/moesif/moesif-sender.ts waiting': 'batches that are being sent',
  'modules/auth/revoked-tokens.ts revoked': 'let go of when tokens expire; 1,000 an account',
  'modules/auth/token-use.ts used': '50,000, written and emptied every minute',
  'modules/billing/stripe/catalog/import-catalog.ts planIds': 'one import',
  'modules/billing/stripe/catalog/import-meters.ts found': 'one import',
  'modules/ledger/call-log/call-feed.ts elsewhere': 'what other processes watch, for 25 s',
  'modules/ledger/call-log/call-feed.ts watchers': 'live logs that are open: 1,000',
  'modules/ledger/call-log/pending-calls.ts batches': '100 ms of watched calls, 25 a customer',
  'modules/ledger/store/ledger-readers.ts followers': 'one, while live logs are open',
  'modules/ledger/store/ledger-store.ts knownDays': 'a day each',
  'modules/ledger/recording/unit-corrections.ts open':
    'calls whose units are not written: a second of calls, and streams that run',
  'modules/meters/counting/meter-retention.ts positions': 'the meters of the catalog',
  'modules/portal/call-stream.ts recent': 'the last ids of one live log',
  'modules/portal/live-calls.ts open': 'live logs that are open: 1,000',
  'platform/database/notifications.ts listeners': 'registered at start',
  'platform/database/turns.ts lines': 'reports that run or wait',
  'platform/health/readiness.ts checks': 'registered at start',
  'platform/health/readiness.ts warnings': 'registered at start',
  'platform/http/slots.ts taken': 'places that are taken',
  'platform/jobs/sweep.ts current': 'registered at start',
  'platform/jobs/sweep.ts searches': 'registered at start',
  'platform/jobs/sweep.ts timers': 'registered at start',
  'platform/jobs/work-queue.ts running': 'at most atOnce workers',
  'platform/jobs/work-queues.ts named': 'registered at start',
  'platform/topics/topics.ts subscribers': 'registered at start',
};

const src = fileURLToPath(new URL('../../src/', import.meta.url));
const FIELD = /^ {2}(?:(?:private|protected|readonly|static) )+(\w+)(?:: [^=;]+)? = new (?:Map|Set)\b/gm;

const kept = ['modules', 'platform'].flatMap((folder) =>
  readdirSync(join(src, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .flatMap((file) =>
      [...readFileSync(join(src, folder, file), 'utf8').matchAll(FIELD)].map(
        ([, field]) => `${folder}/${file.replaceAll(sep, '/')} ${field}`,
      ),
    ),
);

it('what bounds every map and set that is kept is known', () => {
  expect(kept.filter((field) => !(field in BOUNDED))).toEqual([]);
});

it('and those that are named are there', () => {
  expect(Object.keys(BOUNDED).filter((field) => !kept.includes(field))).toEqual([]);
});

it.each([
  '  private readonly calls = new Map<string, string>();',
  '  private seen: Set<string> = new Set();',
  '  readonly all = new Set<Promise<void>>();',
])('the search finds %j', (line) => {
  expect(line).toMatch(new RegExp(FIELD.source, 'm'));
});
