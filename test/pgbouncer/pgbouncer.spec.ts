import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { bearer, type Farebox, newPerson, post, query, request, startFarebox } from '../support/farebox.js';
import { runProcess, until } from '../support/processes.js';
import { type PgBouncer, startPgBouncer } from './support/pgbouncer.js';

const dist = (path: string): string => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));
const SESSIONS_NEEDED = /DATABASE_URL leads to a pooler .*session mode.*DATABASE_LISTEN_URL/s;

let pooler: PgBouncer | undefined;
let farebox: Farebox | undefined;
afterEach(async () => {
  await farebox?.stop();
  await pooler?.stop();
  [farebox, pooler] = [undefined, undefined];
});

async function startBehind(
  mode: Parameters<typeof startPgBouncer>[1],
  settings: (direct: string) => Record<string, string> = () => ({}),
): Promise<Farebox> {
  farebox = await startFarebox(async ({ DATABASE_URL: direct = '' }) => {
    pooler = await startPgBouncer(direct, mode);
    return { DATABASE_URL: pooler.through(direct), ...settings(direct) };
  });
  return farebox;
}

const cli = (env: Readonly<Record<string, string>>, ...args: string[]) =>
  runProcess({ script: dist('cli.js'), args, env, cwd: env['FAREBOX_HOME'] ?? '' });
const call = async (token: string): Promise<number> =>
  (await request(`${farebox?.url}/test-service`, bearer(token))).status;
const jtiOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { jti: string }).jti;

async function serves({ url, env, app }: Farebox): Promise<void> {
  const { json } = await post(`${url}/register`, newPerson());
  const token = String(json['jwt']);
  // More at once than connections: whatever is kept of a connection, another one meets it.
  const answers = await Promise.all(Array.from({ length: 60 }, () => call(token)));
  expect(new Set(answers)).toEqual(new Set([200]));

  expect(await cli(env, 'token', 'revoke', jtiOf(token))).toMatchObject({ code: 0 });
  await until(async () => (await call(token)) === 401);
  expect(app.output()).not.toMatch(/prepared statement|spool/);

  const { code, stdout, output } = await cli(env, 'doctor', '--json');
  const findings = JSON.parse(stdout()) as { check: string; level: string }[];
  expect([code, findings.filter(({ check }) => /PostgreSQL/.test(check))]).toEqual([
    0,
    expect.arrayContaining([expect.objectContaining({ level: 'ok' })]),
  ]);
  expect(output()).not.toMatch(/unsupported startup parameter/);
}

const advisoryLocks = async (of: Farebox) =>
  query(of, `select pid from pg_locks where locktype = 'advisory' and objsubid = 1`);

describe('PgBouncer in session mode, with its defaults', () => {
  it('start, call, revoke and doctor work', async () => serves(await startBehind('session')));
});

describe('PgBouncer that is set to another mode while the application runs', () => {
  it('is noticed: not ready, with the reason, and revoked tokens stop all the same; ready again in session mode', async () => {
    const behind = await startBehind('session');
    const { json } = await post(`${behind.url}/register`, newPerson());
    const token = String(json['jwt']);
    expect(await call(token)).toBe(200);
    const ready = async () => {
      const answer = await request(`${behind.url}/health/ready`);
      return [answer.status, /keeps sessions/.test(answer.text)];
    };
    const metric = async () =>
      /^farebox_database_sessions (\d)/m.exec((await request(`${behind.url}/metrics`)).text)?.[1];
    expect([await ready(), await metric()]).toEqual([[200, false], '1']);

    pooler?.setMode('transaction');
    await until(async () => (await ready())[0] === 503, 60_000);
    expect([await ready(), await metric()]).toEqual([[503, true], '0']);
    // By way of the server itself: a command behind this pooler is refused.
    const direct = { ...behind.env, DATABASE_URL: behind.databaseUrl };
    expect(await cli(direct, 'token', 'revoke', jtiOf(token))).toMatchObject({ code: 0 });
    await until(async () => (await call(token)) === 401);

    pooler?.setMode('session');
    await until(async () => (await ready())[0] === 200, 60_000);
    expect(await metric()).toBe('1');
  });
});

describe('PgBouncer in transaction mode', () => {
  it('start, call, revoke and doctor work with DATABASE_LISTEN_URL, and no lock stays', async () => {
    const behind = await startBehind('transaction', (direct) => ({ DATABASE_LISTEN_URL: direct }));
    await serves(behind);
    expect(await advisoryLocks(behind)).toEqual([]);
  });

  it.each(['transaction', 'statement'] as const)(
    'a start in %s mode without DATABASE_LISTEN_URL ends, and says why',
    async (mode) => {
      const behind = await startFarebox();
      farebox = behind;
      await behind.app.stop();
      pooler = await startPgBouncer(behind.databaseUrl, mode);
      const env: Record<string, string> = {
        ...behind.env,
        DATABASE_URL: pooler.through(behind.databaseUrl),
      };
      const { code, output } = await runProcess({
        script: dist('main.js'),
        env,
        cwd: env['FAREBOX_HOME'] ?? '',
      });
      expect([code, output()]).toEqual([1, expect.stringMatching(SESSIONS_NEEDED)]);
      expect(output()).not.toMatch(/ {4}at /);

      const command = await cli(env, 'accounts', 'list');
      expect([command.code, command.stderr()]).toEqual([1, expect.stringMatching(SESSIONS_NEEDED)]);
      const doctor = await cli(env, 'doctor');
      expect([doctor.code, doctor.stdout()]).toEqual([1, expect.stringMatching(/FAIL.*pooler/)]);
      expect(await advisoryLocks(behind)).toEqual([]);
    },
  );

  it('a DATABASE_LISTEN_URL of another database is refused', async () => {
    const behind = await startFarebox();
    farebox = behind;
    await behind.app.stop();
    const other = new URL(behind.databaseUrl);
    other.pathname = '/postgres';
    const { code, output } = await runProcess({
      script: dist('main.js'),
      env: { ...behind.env, DATABASE_LISTEN_URL: other.href },
      cwd: behind.env['FAREBOX_HOME'] ?? '',
    });
    expect([code, output()]).toEqual([
      1,
      expect.stringContaining('DATABASE_LISTEN_URL must lead to the same database as DATABASE_URL'),
    ]);
  });
});
