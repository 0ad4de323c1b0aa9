import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/platform/ids/ids.js';
import {
  bearer,
  type Farebox,
  moesifList,
  newPerson,
  post,
  query,
  request,
  startFarebox,
} from '../support/farebox.js';
import { runProcess, until } from '../support/processes.js';

let farebox: Farebox;
let customerId: string;
/** A call as the ledger has it, and its exchange as Moesif has it. */
let call: Record<string, unknown>;
let exchange: Record<string, unknown>;

beforeAll(async () => {
  farebox = await startFarebox();
  const { json } = await post(`${farebox.url}/register`, newPerson());
  customerId = String(json['customerId']);
  expect((await request(`${farebox.url}/test-service`, bearer(String(json['jwt'])))).status).toBe(200);
  await until(async () => (await counted()) === 1);
  exchange = await until(async () => (await events())[0]);
  const [row] = await query(farebox, 'select * from calls where customer_id = $1', [customerId]);
  call = Object.fromEntries(
    Object.entries(row ?? {}).map(([name, value]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value instanceof Date ? value.getTime() : typeof value === 'bigint' ? Number(value) : value,
    ]),
  );
});
afterAll(() => farebox?.stop());

const events = async () =>
  (await moesifList(farebox, 'events')).filter(({ company_id: company, user_id: user }) =>
    [company, user].includes(customerId),
  );
const counted = async () =>
  Number(
    (
      await query(farebox, 'select sum(value)::int as value from meter_usage where customer_id = $1', [
        customerId,
      ])
    )[0]?.['value'],
  );
const park = async (kind: 'call' | 'exchange', entry: (id: string) => object): Promise<string> => {
  const id = newId();
  await query(farebox, 'insert into ledger_parked (kind, id, reason, entry) values ($1, $2, $3, $4)', [
    kind,
    id,
    kind === 'call' ? '22021' : '400',
    JSON.stringify(entry(id)),
  ]);
  return id;
};
const parkCall = (changed: object = {}) =>
  park('call', (id) => ({
    call: { ...call, id, ...changed },
    exchange: null,
    answer: null,
    releasedKey: null,
  }));
const parked = async (...args: string[]) => {
  const { code, stdout, stderr } = await runProcess({
    script: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
    args: ['ledger', 'parked', ...args],
    env: farebox.env,
    cwd: String(farebox.env['FAREBOX_HOME']),
  });
  return { code, said: stdout() + stderr(), json: () => JSON.parse(stdout()) as Record<string, unknown> };
};

describe('ledger parked', () => {
  it('list says what is parked and why, and nothing of what is in it', async () => {
    expect(await parked('list')).toMatchObject({ code: 0, said: 'None.\n' });
    const id = await parkCall({ path: '/secret' });
    const { said, json } = await parked('list', '--json');
    expect(json()).toEqual([{ kind: 'call', id, reason: '22021', since: expect.stringMatching(/Z$/) }]);
    for (const secret of ['secret', customerId, String(call['sessionId'])])
      expect(said).not.toContain(secret);
    expect((await parked('list')).said).toContain(`call  ${id}  22021`);
    await query(farebox, 'truncate ledger_parked');
  });

  it('release has the call counted once, however often it is asked', async () => {
    const before = await counted();
    const id = await parkCall();
    expect(await parked('release', id)).toMatchObject({ code: 0, said: '1 released.\n' });
    await until(async () => (await counted()) === before + 1);
    expect(await parked('release', id)).toMatchObject({ code: 1, said: '0 released.\n' });
    expect(await counted()).toBe(before + 1);
    expect((await query(farebox, 'select 1 from calls where id = $1', [id])).length).toBe(1);
  });

  it('release --all sends exchanges again, and keeps and tells what is refused still', async () => {
    const refused = await parkCall({ path: 'a\u0000b' });
    const seen = (await events()).length;
    // Of a call of its own: Moesif drops what it has seen.
    await park('exchange', (id) => ({ ...exchange, transaction_id: id }));
    const { code, said } = await parked('release', '--all');
    expect([code, said]).toEqual([
      1,
      `call ${refused} was rejected again and stays parked: 22021\n1 released.\n`,
    ]);
    await until(async () => (await events()).length === seen + 1);
    expect((await parked('release', refused, '--json')).json()).toEqual({
      released: 0,
      refused: [{ kind: 'call', id: refused, reason: '22021' }],
    });
    expect((await parked('list')).said).toContain(refused);
  });

  it('discard takes an exchange with --yes, and never a call', async () => {
    const [callId, exchangeId] = [await parkCall(), await park('exchange', () => exchange)];
    expect(await parked('discard', exchangeId)).toMatchObject({
      code: 1,
      said: expect.stringContaining('--yes'),
    });
    expect(await parked('discard', callId, '--yes')).toMatchObject({
      code: 1,
      said: expect.stringContaining('Calls cannot be discarded'),
    });
    expect(await parked('discard', exchangeId, '--yes')).toMatchObject({
      code: 0,
      said: expect.stringContaining('Discarded.'),
    });
    expect((await parked('discard', exchangeId, '--yes')).code).toBe(1);
    const { said } = await parked('list');
    expect([said.includes(callId), said.includes(exchangeId)]).toEqual([true, false]);
  });

  it.each([
    [['release'], 'or --all'],
    [['release', 'x', '--all'], 'or --all'],
    [['release', 'evt_1'], '"evt_1" is not a valid ID'],
    [['list', '--limit', 'many'], '"many" is not a number'],
  ])('%j says what is missing', async (args, message) => {
    expect(await parked(...args)).toMatchObject({ code: 1, said: expect.stringContaining(message) });
  });
});
