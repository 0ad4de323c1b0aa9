import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  type Farebox,
  newPerson,
  post,
  query,
  request,
  startFarebox,
  TOKEN_SECRET,
} from '../support/farebox.js';
import { expectBooksToAgree, expectMoesifToHave, ledgerIds, moesifCalls } from './support/books.js';
import { startCallers } from './support/callers.js';

/** Five minutes as the promise is; a moment in the short form. */
const AWAY_MS = Number(process.env['CRASH_ROUNDS'] ?? 3) > 10 ? 300_000 : 4_000;

let farebox: Farebox;
let token: string;

beforeAll(async () => {
  farebox = await startFarebox();
  token = String((await post(`${farebox.url}/register`, newPerson())).json['jwt']);
}, 60_000);
afterAll(() => farebox?.stop());

const faults: [what: string, fault: object][] = [
  ['500', { status: 500, times: 3 }],
  ['429', { status: 429, times: 3 }],
  ['a stall of longer than the client waits', { delayMs: 12_000, times: 1 }],
  ['a reset before it accepts', { drop: 'before', times: 3 }],
  ['a reset after it accepted', { drop: 'after', times: 3 }],
];

it.each(faults)('Moesif answers with %s: every paid call arrives', async (_what, fault) => {
  const before = await ledgerIds(farebox);
  await post(`${farebox.moesifUrl}/_sandbox/faults`, { path: '/v1/events/batch', ...fault });
  const callers = startCallers([farebox.url], token, 8);
  await delay(1_500);
  const seen = await callers.stop();
  expect(Object.fromEntries(seen.others)).toEqual({});
  await expectBooksToAgree(farebox, seen, before);
  await expectMoesifToHave(farebox, await ledgerIds(farebox));
  await request(`${farebox.moesifUrl}/_sandbox/faults`, { method: 'DELETE' });
});

it(`Moesif away for ${AWAY_MS / 1_000} s, and the process killed in the middle: every paid call arrives`, async () => {
  const before = await ledgerIds(farebox);
  await farebox.moesif.kill('SIGKILL');
  // What matters is the time, not the number: what arrives is compared call by call.
  const callers = startCallers([farebox.url], token, 4, 50);
  await delay(AWAY_MS / 2);
  await farebox.app.kill('SIGKILL');
  await farebox.startApp();
  await delay(AWAY_MS / 2);
  const seen = await callers.stop();
  await farebox.startMoesif();
  await expectBooksToAgree(farebox, seen, before);
  await expectMoesifToHave(farebox, await ledgerIds(farebox));
});

it('none of them was changed, user and company are right, and no event holds a secret', async () => {
  const calls = await moesifCalls(farebox);
  const rows = await query(
    farebox,
    'select id, user_id, company_id, session_id, status, verb, route from calls',
  );
  for (const row of rows) {
    expect(calls.get(String(row['id']))).toMatchObject({
      user_id: row['user_id'],
      company_id: row['company_id'],
      session_token: row['session_id'],
      request: { verb: row['verb'], uri: `${farebox.url}/test-service` },
      response: { status: row['status'] },
      metadata: { route: row['route'] },
      weight: 1,
    });
  }
  const { text } = await request(`${farebox.moesifUrl}/_sandbox/events.ndjson`);
  for (const secret of [token, TOKEN_SECRET, String(farebox.env['STRIPE_KEY']), 'eyJ', '@example.com'])
    expect(text).not.toContain(secret);
});
