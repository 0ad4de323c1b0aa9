import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { bearer, type Farebox, newPerson, post, query, request, startFarebox } from '../support/farebox.js';
import { until } from '../support/processes.js';

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startFarebox({ TRUSTED_PROXIES: '127.0.0.1' });
});
afterAll(() => farebox?.stop());

interface From {
  key?: string;
  address?: string;
}

const register = (person: object, { key, address = '192.0.2.1' }: From = {}) =>
  post(`${farebox.url}/register`, person, {
    'x-forwarded-for': address,
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  });

/** A registration that is answered 503, and then finished by nobody but the sweep. */
async function interrupted(person: { email: string }, from: From): Promise<void> {
  await post(`${farebox.stripeUrl}/_sandbox/faults`, {
    path: '/v1/customers',
    method: 'POST',
    status: 503,
    times: 20,
  });
  expect((await register(person, from)).status).toBe(503);
  await request(`${farebox.stripeUrl}/_sandbox/faults`, { method: 'DELETE' });
}

async function sweptUp({ email }: { email: string }): Promise<void> {
  await query(farebox, 'update registrations set next_attempt_at = now() where email = $1', [email]);
  const { process } = await farebox.startSibling();
  await until(
    async () =>
      (
        await query(farebox, 'select 1 from registrations where email = $1 and completed_at is not null', [
          email,
        ])
      ).length === 1,
  );
  await process.stop();
}

const callWith = (answer: { json: Readonly<Record<string, unknown>> }) =>
  request(`${farebox.url}/test-service`, bearer(String(answer.json['jwt'])));

it.each(['finished by the sweep', 'still on its way'])(
  'with a key, %s: who knows the names alone gets nothing, and the same request its token',
  async (state) => {
    const person = newPerson();
    const key = `secret-${person.email}`;
    await interrupted(person, { key });
    if (state === 'finished by the sweep') await sweptUp(person);
    // From the same network, too, and under a key that was made up.
    for (const from of [{}, { key: `guessed-${person.email}` }, { address: '198.51.100.7' }]) {
      const stolen = await register(person, from);
      expect([stolen.status, stolen.json['jwt']]).toEqual([409, undefined]);
    }
    // And from wherever its owner is now.
    const mine = await register(person, { key, address: '203.0.113.9' });
    expect(mine.status).toBe(200);
    expect((await callWith(mine)).status).toBe(200);
  },
);

it('without a key: where the first request came from, for an hour', async () => {
  const person = newPerson();
  await interrupted(person, {});
  await sweptUp(person);
  expect((await register(person, { address: '198.51.100.7' })).status).toBe(409);
  const other = newPerson();
  await interrupted(other, {});
  await sweptUp(other);
  const [mine, late] = [
    await register(person),
    await query(
      farebox,
      "update registrations set completed_at = now() - interval '61 minutes' where email = $1",
      [other.email],
    ).then(() => register(other)),
  ];
  expect([mine.status, late.status]).toEqual([200, 409]);
});

it('one that a release without this began keeps what it had', async () => {
  const person = newPerson();
  await interrupted(person, { key: 'x' });
  await query(farebox, 'update registrations set claim_hash = null where email = $1', [person.email]);
  expect((await register(person)).status).toBe(200);
});
