import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventStream, openEvents } from '../support/event-stream.js';
import { bearer, type Farebox, newPerson, post, query, request, startFarebox } from '../support/farebox.js';
import { type RunningProcess, until } from '../support/processes.js';

let farebox: Farebox;
let sibling: { url: string; process: RunningProcess };
const streams: EventStream[] = [];

beforeAll(async () => {
  farebox = await startFarebox();
  sibling = await farebox.startSibling();
});
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});
afterAll(async () => {
  await sibling?.process.kill('SIGTERM');
  await farebox?.stop();
});

interface Customer {
  token: string;
  jti: string;
}

async function register(): Promise<Customer> {
  const { json } = await post(`${farebox.url}/register`, newPerson());
  const token = String(json['jwt']);
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    jti: string;
  };
  return { token, jti: claims.jti };
}

const call = async (token: string, url = farebox.url): Promise<string> =>
  (await request(`${url}/test-service`, bearer(token))).headers.get('x-request-id') ?? '';

async function watch(token: string, search = '', more: Record<string, string> = {}): Promise<EventStream> {
  const headers = { authorization: `Bearer ${token}`, ...more };
  const stream = await openEvents(`${farebox.url}/account/calls/live${search}`, headers);
  streams.push(stream);
  return stream;
}

const ids = (stream: EventStream): string[] =>
  stream.events.filter(({ event }) => event === 'call').map(({ id }) => id);
const shows = (stream: EventStream, id: string) => until(async () => ids(stream).includes(id));

describe('account-calls-live.200', () => {
  it('a call appears, as it stands in the list', async () => {
    const { token } = await register();
    const stream = await watch(token);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    expect(stream.response.headers.get('x-request-id')).toBeTruthy();
    const made = await call(token);
    await shows(stream, made);
    const [listed] = (await request(`${farebox.url}/account/calls`, bearer(token))).json[
      'calls'
    ] as unknown[];
    expect(stream.events[0]).toEqual({ event: 'call', id: made, data: listed });
  });

  it('calls of another process appear, from before it heard of the watcher too, and none twice', async () => {
    const { token } = await register();
    const stream = await watch(token);
    const made = [await call(token, sibling.url)];
    await shows(stream, String(made[0]));
    for (let n = 0; n < 5; n++) made.push(await call(token, n % 2 ? farebox.url : sibling.url));
    for (const id of made) await shows(stream, id);
    expect([...ids(stream)].sort()).toEqual([...made].sort());
  });

  it('those of another account never do', async () => {
    const [one, other] = [await register(), await register()];
    const stream = await watch(one.token);
    await call(other.token);
    await call(other.token, sibling.url);
    const mine = await call(one.token);
    await shows(stream, mine);
    expect(ids(stream)).toEqual([mine]);
  });

  it('takes the filters of the list', async () => {
    const { token } = await register();
    const [wanted, others] = [await watch(token, '?status=2xx&verb=get'), await watch(token, '?status=5xx')];
    const made = await call(token);
    await shows(wanted, made);
    expect(ids(others)).toEqual([]);
  });

  it('Last-Event-ID: what came after that call comes first, in order, and no more than seconds before it', async () => {
    const { token } = await register();
    const old = await call(token);
    await query(farebox, `update calls set id = ('00000000' || substr(id::text, 9))::uuid where id = $1`, [
      old,
    ]);
    const made = [await call(token), await call(token), await call(token)];
    const stream = await watch(token, '', { 'last-event-id': String(made[0]) });
    await shows(stream, String(made[2]));
    expect(ids(stream)).toEqual(made.slice(1));
  });

  it('more than can be shown at once is said', async () => {
    const { token } = await register();
    const made = await call(token);
    await query(
      farebox,
      `insert into calls select day, (substr(id::text, 1, 14) || '7fff-bfff-' || lpad(to_hex(n), 12, '0'))::uuid, account_id,
         customer_id, subscription_id, plan, company_id, user_id, session_id, route, verb, path, status, started_at,
         duration_us, units from calls, generate_series(1, 300) as n where id = $1`,
      [made],
    );
    const stream = await watch(token, '', { 'last-event-id': made });
    await until(async () => stream.events.some(({ event }) => event === 'skipped'));
    expect(ids(stream)).toHaveLength(200);
    expect(stream.events.at(-1)).toMatchObject({ event: 'skipped', data: { calls: null } });
  });

  it('goes on when the connections for notifications are lost', async () => {
    const { token } = await register();
    const stream = await watch(token);
    const first = await call(token, sibling.url);
    await shows(stream, first);
    await query(
      farebox,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'farebox notifications' and datname = current_database()`,
    );
    const [here, there] = [await call(token), await call(token, sibling.url)];
    await shows(stream, here);
    await shows(stream, there);
  });
});

describe('account-calls-live: how it ends', () => {
  it('a revoked token sees no more', async () => {
    const { token, jti } = await register();
    const stream = await watch(token);
    await request(`${farebox.url}/account/tokens/${jti}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    });
    await stream.ended;
    expect((await watch(token)).response.status).toBe(401);
  });

  it('ten an account: the next one is 429, until one is closed', async () => {
    const { token } = await register();
    for (let n = 0; n < 10; n++) expect((await watch(token)).response.status).toBe(200);
    const refused = await watch(token);
    expect(refused.response.status).toBe(429);
    expect(refused.response.headers.get('retry-after')).toBe('10');
    streams.pop();
    streams.pop()?.close();
    await until(async () => (await watch(token)).response.status === 200);
  });

  it('with the process, which does not wait for it, and finishes the calls under way', async () => {
    const { token } = await register();
    const extra = await farebox.startSibling();
    const stream = await openEvents(`${extra.url}/account/calls/live`, { authorization: `Bearer ${token}` });
    expect(stream.response.status).toBe(200);
    // A shutdown that waits is cut short after 25 s, with another code.
    expect((await extra.process.kill('SIGTERM')).code).toBe(0);
    await stream.ended;
  });
});
