import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { freePort } from '../support/free-port.js';
import { isRunning, until, type RunningProcess } from '../support/processes.js';
import { sandboxPids, sandboxPlace, startSandbox, type SandboxPlace } from '../support/sandbox.js';

/** Keys as a person may have exported them: none of them may reach the sandbox. */
const REAL = {
  STRIPE_KEY: 'sk_live_thisIsReal',
  STRIPE_API_KEY: 'sk_live_thisIsReal',
  STRIPE_API_BASE: 'http://127.0.0.1:9',
  TOKEN_SECRET: 'the real secret of the real application, long enough',
  MOESIF_APPLICATION_ID: 'a-real-collector-application-id-of-at-least-fifty-characters',
  DATABASE_URL: 'postgresql://real:real@127.0.0.1:9/real',
  PGHOST: '127.0.0.9',
};

let place: SandboxPlace;
let sandbox: RunningProcess;
let jwt: string;
/** Paid calls that were answered. */
let calls = 0;

beforeAll(async () => {
  place = await sandboxPlace();
});

// One sandbox through its life: each test goes on where the one before stopped.
describe('npm run sandbox', () => {
  it('is ready with nothing set up, and real keys of the shell do not reach it', async () => {
    sandbox = await startSandbox(place, { env: REAL });
    const ready = await fetch(`${place.application}/health/ready`);
    expect(ready.status).toBe(200);
    const file = join(place.home, 'sandbox.env');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const value of Object.values(REAL)) expect(readFileSync(file, 'utf8')).not.toContain(value);
    for (const address of [place.application, place.stripe, place.moesif, place.mail]) {
      expect(sandbox.stdout()).toContain(address);
    }
  });

  it('registers and answers a paid call by the line that it printed', async () => {
    const line = sandbox.stdout().match(/^ {2}(curl -s .*)$/m)?.[1] ?? 'false';
    const { stdout } = await promisify(execFile)('sh', ['-c', line]);
    expect(stdout).toBe('this is a response');
    calls++;
  });

  it('holds the customer and the subscription in Stripe, the call and the profile in Moesif', async () => {
    const registered = await register('ada@example.com');
    expect(registered.status).toBe(200);
    const { customerId, subscriptionId, ...body } = (await registered.json()) as Record<string, string>;
    jwt = body['jwt'] ?? '';
    expect(await paidCall()).toBe(200);
    const answer = await fetch(`${place.stripe}/v1/subscriptions/${subscriptionId}`, {
      headers: { authorization: 'Bearer sk_test_anything' },
    });
    expect(await answer.json()).toMatchObject({ status: 'active', customer: customerId });
    const [event] = await until(async () => {
      const events = await list(`/_sandbox/events?user_id=${customerId}`);
      return events.length > 0 && events;
    });
    expect(event).toMatchObject({ user_id: customerId, company_id: subscriptionId });
    // Through the webhook from one twin to the other, signed.
    await until(async () =>
      JSON.stringify(await list(`/_sandbox/users?user_id=${customerId}`)).includes('"stripe"'),
    );
  });

  it('hands the application an address for its mails, and keeps and shows them', async () => {
    const settings = readFileSync(join(place.home, 'sandbox.env'), 'utf8');
    const smtp = settings.match(/^SMTP_URL=(smtp:\/\/127\.0\.0\.1:\d+)$/m)?.[1] ?? '';
    const from = settings.match(/^MAIL_FROM=(\S+)$/m)?.[1] ?? '';
    await createTransport(smtp).sendMail({
      from,
      to: 'ada@example.com',
      subject: 'Hello',
      text: 'Hello, Ada',
    });
    expect(await mails()).toMatchObject([
      { from, to: ['ada@example.com'], subject: 'Hello', text: 'Hello, Ada\n' },
    ]);
    expect(await (await fetch(`${place.mail}/`)).text()).toContain('Hello');
  });

  it('sends those who paid at a pricing table back to the application', async () => {
    const settings = await (await fetch(`${place.stripe}/_sandbox/settings`)).json();
    expect(settings).toMatchObject({
      pricingTableSuccessUrl: `${place.application}/checkout/return?session_id={CHECKOUT_SESSION_ID}`,
    });
  });

  it('tells the application of usage that Stripe rejects later, signed with a secret that it knows', async () => {
    await fetch(`${place.stripe}/_sandbox/thin-events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'v1.billing.meter.no_meter_found' }),
    });
    await until(() => sandbox.stdout().includes('Stripe rejected usage that it had accepted'));
  });

  it('refuses a second start on its home, and tells where it is', async () => {
    const second = await startSandbox(place, { untilReady: false });
    expect((await second.exited).code).toBe(1);
    expect(second.stderr()).toMatch(`A sandbox already runs on ${place.home}`);
    expect(second.stderr()).toContain(place.application);
    expect(second.stderr()).not.toContain('    at ');
  });

  it('names the setting to change when a port is taken, and leaves nothing running', async () => {
    const other = await sandboxPlace();
    for (const setting of [
      'PORT',
      'SANDBOX_STRIPE_PORT',
      'SANDBOX_MOESIF_PORT',
      'SANDBOX_MAIL_PORT',
    ] as const) {
      const second = await startSandbox(other, { untilReady: false, env: { [setting]: place.env[setting] } });
      expect((await second.exited).code).toBe(1);
      expect(second.stderr().trim().split('\n')).toEqual([
        expect.stringMatching(`^Port ${place.env[setting]} is in use by another program. Set ${setting} `),
      ]);
    }
    expect(sandboxPids(other.home)).toEqual([]);
  });

  it('starts again on what a hard kill left, at once and with all data', async () => {
    const before = (await webhookEndpoints()).map(({ id }) => id);
    // Moesif's and the application's.
    expect(before).toHaveLength(2);
    const destinations = (await eventDestinations()).map(({ id }) => id);
    expect(destinations).toHaveLength(1);
    // It takes its time to finish what is in flight, and holds its port meanwhile.
    const application = pidOf('application');
    process.kill(application, 'SIGSTOP');
    try {
      await sandbox.kill('SIGKILL');
      sandbox = await startSandbox(place, { untilReady: false });
      await until(() => sandbox.stdout().includes('Waiting for an earlier run to end (application)'));
    } finally {
      process.kill(application, 'SIGCONT');
    }
    await until(() => sandbox.stdout().includes('Farebox is ready.'), 20_000);
    // Every page is named, and where the operator's token is.
    for (const path of ['/', '/dashboard', '/pricing', '/admin/ui', '/docs'])
      expect(sandbox.stdout()).toMatch(new RegExp(`${place.application}${path}\\s`));
    expect(sandbox.stdout()).toContain(`grep ADMIN_TOKEN ${join(place.home, 'sandbox.env')}`);
    expect(await isRunning(application)).toBe(false);
    expect((await register('ada@example.com')).status).toBe(409);
    expect(await paidCall()).toBe(200);
    expect(await mails()).toHaveLength(1);
    expect((await webhookEndpoints()).map(({ id }) => id)).toEqual(before);
    expect((await eventDestinations()).map(({ id }) => id)).toEqual(destinations);
  });

  it('ends all of it in order on Ctrl-C, which reaches the whole group in the terminal', async () => {
    const pids = sandboxPids(place.home);
    expect(pids.length).toBeGreaterThanOrEqual(5);
    for (const pid of pids) expect(await groupOf(pid)).not.toBe(sandbox.pid);
    expect(await paidCall()).toBe(200);
    process.kill(-sandbox.pid, 'SIGINT');
    expect(await sandbox.exited).toEqual({ code: 0, signal: null });
    expect(await Promise.all(pids.map(isRunning))).toEqual(pids.map(() => false));
    expect(sandboxPids(place.home)).toEqual([]);
    expect(sandbox.stderr()).toBe('');
  });

  it('moves with the twins when their ports change, and --fresh starts without the data, leaving strange files', async () => {
    const [port, moesif] = [await freePort(), await freePort()];
    place.moesif = `http://127.0.0.1:${moesif}`;
    place.env.SANDBOX_MOESIF_PORT = String(moesif);
    place.application = `http://127.0.0.1:${port}`;
    place.env.PORT = String(port);
    writeFileSync(join(place.home, 'notes.txt'), 'mine');
    sandbox = await startSandbox(place);
    const moved = await webhookEndpoints();
    expect(moved.map(({ url }) => new URL(url).origin).toSorted()).toEqual(
      [place.application, place.moesif].toSorted(),
    );
    expect((await eventDestinations()).map(({ webhook_endpoint }) => webhook_endpoint.url)).toEqual([
      `${place.application}/webhooks/stripe`,
    ]);
    // The call of the moment before Ctrl-C is there as well: the application drained while Moesif still listened.
    const seen = (await list('/_sandbox/events')).map(
      (event) => (event as { request: { uri: string } }).request.uri,
    );
    expect(seen.filter((uri) => uri.endsWith('/test-service'))).toHaveLength(calls);
    // SIGTERM, and the next start does not wait for the end of this one.
    process.kill(sandbox.pid, 'SIGTERM');
    sandbox = await startSandbox(place, { args: ['--fresh'] });
    expect((await register('ada@example.com')).status).toBe(200);
    expect(await paidCall()).toBe(401);
    expect(await mails()).toEqual([]);
    expect(readFileSync(join(place.home, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('ends and says which, when one of its programs dies', async () => {
    process.kill(pidOf('Moesif emulator'), 'SIGKILL');
    expect((await sandbox.exited).code).toBe(1);
    expect(sandbox.stderr()).toContain('The Moesif emulator ended unexpectedly (SIGKILL)');
    expect(sandboxPids(place.home)).toEqual([]);
  });
});

describe('npm run sandbox, on a home that is not its own', () => {
  it('leaves the database of an application with keys of its own alone, also with --fresh', async () => {
    const other = await sandboxPlace();
    const data = join(other.home, 'postgres', 'data');
    mkdirSync(data, { recursive: true });
    const refused = await startSandbox(other, { untilReady: false, args: ['--fresh'] });
    expect((await refused.exited).code).toBe(1);
    expect(refused.stderr()).toContain('Set FAREBOX_HOME to another folder for the sandbox');
    expect(existsSync(data)).toBe(true);
  });

  it('names every bad setting', async () => {
    const other = await sandboxPlace();
    const refused = await startSandbox(other, { untilReady: false, env: { PORT: 'abc', TOKEN_TTL: 'soon' } });
    expect((await refused.exited).code).toBe(1);
    expect(refused.stderr()).toMatch(
      /PORT must be[\s\S]*TOKEN_TTL must be|TOKEN_TTL must be[\s\S]*PORT must be/,
    );
  });

  it('says what an unknown option is', async () => {
    const refused = await startSandbox(await sandboxPlace(), { untilReady: false, args: ['--frehs'] });
    expect((await refused.exited).code).toBe(1);
    expect(refused.stderr()).toContain('--frehs');
  });
});

async function mails(): Promise<unknown> {
  return (await fetch(`${place.mail}/_sandbox/mails`)).json();
}

function pidOf(program: string): number {
  const { processes } = JSON.parse(readFileSync(join(place.home, 'sandbox.json'), 'utf8')) as {
    processes: { name: string; pid: number }[];
  };
  const found = processes.find(({ name }) => name === program);
  if (!found) throw new Error(`no ${program} is recorded`);
  return found.pid;
}

async function groupOf(pid: number): Promise<number> {
  return Number((await promisify(execFile)('ps', ['-o', 'pgid=', '-p', String(pid)])).stdout);
}

function register(email: string): Promise<Response> {
  return fetch(`${place.application}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, firstname: 'Ada', lastname: 'Lovelace' }),
  });
}

async function paidCall(): Promise<number> {
  const answer = await fetch(`${place.application}/test-service`, {
    headers: { authorization: `Bearer ${jwt}` },
  });
  await answer.text();
  if (answer.status === 200) calls++;
  return answer.status;
}

async function list(path: string): Promise<unknown[]> {
  return (await (await fetch(`${place.moesif}${path}`)).json()) as unknown[];
}

async function webhookEndpoints(): Promise<{ id: string; url: string }[]> {
  const answer = await fetch(`${place.stripe}/v1/webhook_endpoints`, {
    headers: { authorization: 'Bearer sk_test_anything' },
  });
  return ((await answer.json()) as { data: { id: string; url: string }[] }).data;
}

async function eventDestinations(): Promise<{ id: string; webhook_endpoint: { url: string } }[]> {
  const path = '/v2/core/event_destinations?include[0]=webhook_endpoint.url';
  const answer = await fetch(place.stripe + path, {
    headers: { authorization: 'Bearer sk_test_anything', 'stripe-version': '2026-10-28.endive' },
  });
  return ((await answer.json()) as { data: { id: string; webhook_endpoint: { url: string } }[] }).data;
}
