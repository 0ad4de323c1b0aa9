/* What the servers stand on: PostgreSQL, a collector, the Stripe twin, and one account with a token. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { ensureEmbeddedPostgres } from '../../dist/platform/embedded-postgres/embedded-postgres.js';
import { answering, freePort, start, stop } from './processes.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const rootPath = (path) => join(root, path);

export const TOKEN_SECRET = 'a-secret-of-the-benchmark-0123456789-abcdefghij';
export const MOESIF_APPLICATION_ID = 'application-id-of-the-benchmark-0123456789-0123456789';

/**
 * Starts everything on the core of the others.
 * @param catalogIn the path of the catalog, which may be written into the world's folder.
 */
export async function createWorld(catalogIn = () => rootPath('monetization.yaml')) {
  const dir = mkdtempSync(join(tmpdir(), 'farebox-bench-'));
  const postgres = await ensureEmbeddedPostgres({ home: dir, removeWhenStopped: true });
  const stripe = start(
    [rootPath('packages/stripe-twin/dist/main.js'), '--data', join(dir, 'stripe'), '--port', '0'],
    {
      ipc: true,
    },
  );
  const [{ listening: stripeUrl }] = await once(stripe, 'message');
  // Stripe's limit for each endpoint is not what is measured.
  await fetch(`${stripeUrl}/_sandbox/settings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ endpointLimitPerSecond: 100_000, endpointLimitBurst: 100_000 }),
  });
  const collectorPort = await freePort();
  const collector = start([rootPath('bench/servers/collector.js')], {
    env: { PORT: String(collectorPort) },
  });
  const collectorUrl = `http://127.0.0.1:${collectorPort}`;
  await answering(collector, `${collectorUrl}/counts`);
  const env = {
    STRIPE_KEY: 'sk_test_of_the_benchmark',
    STRIPE_API_BASE: stripeUrl,
    TOKEN_SECRET,
    DATABASE_URL: postgres.connectionString,
    CATALOG: catalogIn(dir),
    FAREBOX_HOME: dir,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
  };
  const apply = start([rootPath('dist/cli.js'), 'catalog', 'apply'], { env, cwd: dir });
  const [code] = await once(apply, 'exit');
  if (code !== 0) throw new Error(`catalog apply failed:\n${apply.output}`);
  const sql = new pg.Client(postgres.connectionString);
  await sql.connect();
  return {
    dir,
    env,
    collectorUrl,
    /** Rows and waiting lines of the ledger. */
    ledger: async () => {
      const { rows } = await sql.query(
        'select (select count(*)::int from calls) as calls, (select count(*)::int from ledger_lines) as lines',
      );
      return rows[0];
    },
    collected: async () => (await fetch(`${collectorUrl}/counts`)).json(),
    stop: async () => {
      await sql.end();
      await Promise.all([stop(stripe), stop(collector)]);
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
