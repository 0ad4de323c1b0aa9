import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { appliedCatalog } from './applied-catalog.js';
import { freePort } from './free-port.js';
import { createTestDatabase, withTables } from './postgres.js';
import { type RunningProcess, runProcess, startProcess } from './processes.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = (path: string): string => join(root, 'dist', path);

/** The secret that signs the tokens of a test run, so that a test can forge others. */
export const TOKEN_SECRET = 'a-secret-of-the-tests-0123456789-abcdefghij';
export const STRIPE_KEY = 'sk_test_of_the_tests';

type Env = Readonly<Record<string, string>>;

const COMMON: Env = { STRIPE_KEY, TOKEN_SECRET, CATALOG: join(root, 'monetization.yaml') };

/** The whole product as built programs: both twins, a database of its own, the application. */
export interface Farebox {
  /** `http://127.0.0.1:PORT`, as all three. */
  url: string;
  stripeUrl: string;
  moesifUrl: string;
  databaseUrl: string;
  env: Env;
  app: RunningProcess;
  stripe: RunningProcess;
  /** Starts the application again after it was stopped or killed, with the same settings but for those given. */
  startApp(changed?: Env, until?: 'ready' | 'live'): Promise<void>;
  /** Starts the Stripe twin again, at the same address and with what it had, after it was killed. */
  startStripe(): Promise<void>;
  /** Starts another process of the application on the same database and folder. */
  startSibling(changed?: Env): Promise<{ url: string; process: RunningProcess }>;
  moesif: RunningProcess;
  /** The same for the Moesif twin. */
  startMoesif(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts everything on free ports, with the example catalog applied. `settings` override the defaults or, with '', unset
 * them.
 * @param catalog `own`: nothing is there but what the catalog of the settings makes.
 */
export async function startFarebox(
  settings: Env | ((defaults: Env) => Promise<Env>) = {},
  catalog: 'example' | 'own' = 'example',
): Promise<Farebox> {
  const dir = mkdtempSync(join(tmpdir(), 'farebox-test-'));
  const example = appliedCatalog(applyExample);
  const database = await createTestDatabase(catalog === 'example' ? example : {});
  if (catalog === 'example') example.copyTwin(join(dir, 'stripe'));
  const [stripe, moesif, port] = await Promise.all([
    startTwin('stripe', dir),
    startTwin('moesif', dir),
    freePort(),
  ]);
  const defaults: Env = {
    ...COMMON,
    STRIPE_API_BASE: stripe.url,
    MOESIF_APPLICATION_ID: 'application-id-of-the-tests-0123456789-0123456789-0123456789',
    MOESIF_BASE_URI: moesif.url,
    DATABASE_URL: database.url,
    FAREBOX_HOME: dir,
    HOST: '127.0.0.1',
    PORT: String(port),
  };
  const env = { ...defaults, ...(typeof settings === 'function' ? await settings(defaults) : settings) };
  if (catalog === 'own') await applyCatalog(env);
  const farebox: Farebox = {
    url: `http://127.0.0.1:${port}`,
    stripeUrl: stripe.url,
    moesifUrl: moesif.url,
    databaseUrl: database.url,
    env,
    app: await startApp(env, dir),
    stripe: stripe.process,
    moesif: moesif.process,
    startApp: async (changed = {}, until = 'ready') => {
      farebox.app = await startApp({ ...env, ...changed }, dir, until);
    },
    startSibling: async (changed = {}) => {
      const siblingPort = String(await freePort());
      const process = await startApp({ ...env, PORT: siblingPort, ...changed }, dir);
      return { url: `http://127.0.0.1:${changed['PORT'] ?? siblingPort}`, process };
    },
    startStripe: async () => {
      farebox.stripe = (await startTwin('stripe', dir, new URL(stripe.url).port)).process;
    },
    startMoesif: async () => {
      farebox.moesif = (await startTwin('moesif', dir, new URL(moesif.url).port)).process;
    },
    stop: async () => {
      await farebox.app.kill('SIGTERM');
      await Promise.all([farebox.stripe.stop(), farebox.moesif.stop()]);
      await database.drop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return farebox;
}

async function applyExample(databaseUrl: string, dir: string): Promise<void> {
  const { url, process } = await startTwin('stripe', dir, undefined, dir);
  await applyCatalog({ ...COMMON, STRIPE_API_BASE: url, DATABASE_URL: databaseUrl, FAREBOX_HOME: dir });
  await process.stop();
}

async function applyCatalog(env: Env): Promise<void> {
  const cwd = env['FAREBOX_HOME'] ?? root;
  const { code, output } = await runProcess({ script: dist('cli.js'), args: ['catalog', 'apply'], env, cwd });
  if (code !== 0) throw new Error(`catalog apply failed\n${output()}`);
}

async function startApp(env: Env, cwd: string, until: 'ready' | 'live' = 'ready'): Promise<RunningProcess> {
  const ready = { http: `http://127.0.0.1:${env['PORT']}/health/${until}` };
  return startProcess({ script: dist('main.js'), env, cwd, ready });
}

async function startTwin(
  name: 'stripe' | 'moesif',
  dir: string,
  port?: string,
  data = join(dir, name),
): Promise<{ url: string; process: RunningProcess }> {
  const process = await startProcess({
    script: join(root, `packages/${name}-twin/dist/main.js`),
    args: ['--data', data, '--port', port ?? String(await freePort())],
    ready: 'message',
  });
  const [message] = process.messages as { listening: string }[];
  return { url: message?.listening ?? '', process };
}

/** What a person does once in Stripe: a webhook endpoint at the application's address. @returns its signing secret. */
export async function createWebhookEndpoint(stripeUrl: string, port: string): Promise<string> {
  const { json } = await request(`${stripeUrl}/v1/webhook_endpoints`, {
    method: 'POST',
    headers: { authorization: `Bearer ${STRIPE_KEY}` },
    body: new URLSearchParams([
      ['url', `http://127.0.0.1:${port}/webhooks/stripe`],
      ['enabled_events[]', '*'],
    ]),
  });
  return String(json['secret']);
}

/** What came back: status, headers, and the body as JSON where it is JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: Readonly<Record<string, unknown>>;
}

export async function request(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
}

export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

export const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });

let people = 0;

/** Somebody who has not registered yet. */
export function newPerson(): { email: string; firstname: string; lastname: string } {
  return { email: `person-${process.pid}-${++people}@example.com`, firstname: 'Ada', lastname: 'Lovelace' };
}

/** Lists a collection of the Stripe twin. */
export async function stripeList(farebox: Farebox, path: string): Promise<Record<string, unknown>[]> {
  const { json } = await request(`${farebox.stripeUrl}${path}`, bearer(STRIPE_KEY));
  return json['data'] as Record<string, unknown>[];
}

/** What the Moesif twin has received of a kind. */
export async function moesifList(farebox: Farebox, kind: string): Promise<Record<string, unknown>[]> {
  const { text } = await request(`${farebox.moesifUrl}/_sandbox/${kind}`);
  return JSON.parse(text) as Record<string, unknown>[];
}

/** Runs SQL on the application's database, as something that happened behind its back. */
export async function query(
  farebox: Farebox,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(withTables(farebox.databaseUrl));
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows;
  } finally {
    await client.end();
  }
}
