import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { APPLICATION_GLOBALS } from '../../src/application-globals.js';
import { configureApp, createAdapter } from '../../src/configure-app.js';
import { type FareboxOptions, settingsOf } from '../../src/farebox-options.js';
import { FareboxModule } from '../../src/farebox.module.js';
import { MonetizedApiModule } from '../../src/modules/monetized-api/index.js';
import { bearer, type Farebox, newPerson, post, query, request, startFarebox } from '../support/farebox.js';
import { runProcess, until } from '../support/processes.js';

const OTHER = 'Billing_2';

/** Both schemas are in its database, and Stripe knows one catalog. */
let farebox: Farebox;
let pool: pg.Pool;
let apps: INestApplication[] = [];
beforeAll(async () => {
  farebox = await startFarebox();
  const { code, output } = await runProcess({
    script: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
    args: ['catalog', 'apply'],
    env: { ...farebox.env, DATABASE_SCHEMA: OTHER },
    cwd: String(farebox.env['FAREBOX_HOME']),
  });
  expect({ code, output: output() }).toMatchObject({ code: 0 });
  await farebox.app.stop();
  const { password, ...server } = partsOf(farebox.databaseUrl);
  pool = new pg.Pool({ ...server, password: async () => password, max: 5 });
}, 120_000);
afterAll(async () => {
  for (const app of apps) await app.close();
  await pool?.end();
  await farebox?.stop();
});

function partsOf(url: string) {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port),
    user: username,
    password: decodeURIComponent(password),
    database: pathname.slice(1),
  };
}

async function start(database: FareboxOptions['database']): Promise<string> {
  const options: FareboxOptions = {
    stripe: { key: String(farebox.env['STRIPE_KEY']), apiBase: farebox.stripeUrl },
    tokenSecret: String(farebox.env['TOKEN_SECRET']),
    database,
    catalog: String(farebox.env['CATALOG']),
    settings: {
      FAREBOX_HOME: `${farebox.env['FAREBOX_HOME']}/${database?.schema ?? 'farebox'}`,
      REPORT_INTERVAL: '1s',
      LOG_LEVEL: 'silent',
    },
  };
  @Module({
    imports: [FareboxModule.forRoot(options), MonetizedApiModule],
    providers: APPLICATION_GLOBALS,
  })
  class TestModule {}
  const settings = settingsOf(options);
  const app = await NestFactory.create<NestFastifyApplication>(TestModule, createAdapter(settings), {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  await configureApp(app, settings);
  await app.listen(0, '127.0.0.1');
  apps = [...apps, app];
  const url = await app.getUrl();
  await until(async () => (await fetch(`${url}/health/ready`)).ok);
  return url;
}

async function use(url: string, calls: number): Promise<string> {
  const { status, json } = await post(`${url}/register`, newPerson());
  expect(status).toBe(200);
  const token = bearer(String(json['jwt']));
  for (let n = 0; n < calls; n++) expect((await request(`${url}/test-service`, token)).status).toBe(200);
  return String(json['customerId']);
}

it('two schemas of a database serve an application each, in one process: one by its address, one by a pool of the host', async () => {
  const ours = await start({ url: farebox.databaseUrl });
  const other = await start({ pool, schema: OTHER });
  for (const [schema, url, calls] of [
    ['farebox', ours, 2],
    [OTHER, other, 3],
  ] as const) {
    const customer = await use(url, calls);
    const rows = async (text: string) => query(farebox, text.replaceAll('@', `"${schema}"`));
    expect(await rows('select customer_id from @.accounts')).toEqual([{ customer_id: customer }]);
    expect(await rows('select count(*)::int as calls from @.calls')).toEqual([{ calls }]);
    await until(async () => {
      const [row] = await rows('select value::int as value, told::int as told from @.meter_usage');
      return row?.['value'] === calls && row['told'] === calls;
    }, 60_000);
  }
}, 180_000);

it('nothing of a session stays on a connection of the host', async () => {
  const client = await pool.connect();
  const settingsNow = async () =>
    (
      await client.query(
        `select name, setting from pg_settings where name in
           ('statement_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout', 'search_path', 'application_name')
         and source = 'session'`,
      )
    ).rows;
  expect(await settingsNow()).toEqual([]);
  expect((await client.query('select pg_listening_channels()')).rows).toEqual([]);
  client.release();
  const { rows } = await pool.query(
    `select distinct application_name as name from pg_stat_activity where datname = current_database() order by 1`,
  );
  // What needs a session is on connections of our own.
  expect(rows.map(({ name }) => String(name))).toEqual(
    expect.arrayContaining(['farebox locks', 'farebox notifications']),
  );
});

it('the pool of the host outlives us', async () => {
  for (const app of apps) await app.close();
  apps = [];
  expect(pool.ended).toBe(false);
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});
