import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Sweep } from '../../src/platform/jobs/sweep.js';
import { request, STRIPE_KEY, TOKEN_SECRET } from '../support/farebox.js';
import { startInProcess } from '../support/in-process.js';
import { createTestDatabase, type TestDatabase, withTables } from '../support/postgres.js';
import { logged, runProcess, startProcess } from '../support/processes.js';

const dist = (path: string): string => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));

let dir: string;
let database: TestDatabase;
let admin: pg.Client;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'farebox-migrate-'));
  database = await createTestDatabase();
  admin = new pg.Client(withTables(database.url));
  await admin.connect();
});
afterEach(async () => {
  await admin?.end();
  await database?.drop();
  rmSync(dir, { recursive: true, force: true });
});

const settings = () => ({
  cwd: dir,
  env: {
    STRIPE_KEY,
    // Nobody is there.
    STRIPE_API_BASE: 'http://127.0.0.1:1',
    TOKEN_SECRET,
    CATALOG: fileURLToPath(new URL('../../monetization.yaml', import.meta.url)),
    DATABASE_URL: database.url,
    HOST: '127.0.0.1',
    PORT: '0',
  },
});
const migrate = (...args: string[]) =>
  runProcess({ script: dist('cli.js'), args: ['migrate', ...args], ...settings() });

describe('farebox migrate', () => {
  it('--check names what is pending and changes nothing; without, it is done', async () => {
    const before = await migrate('--check');
    expect([before.code, before.stdout()]).toEqual([
      1,
      expect.stringMatching(/^Pending .*\n {2}0000_first\n/),
    ]);
    expect((await admin.query(`select 1 from pg_tables where tablename = 'calls'`)).rowCount).toBe(0);

    const done = await migrate();
    expect([done.code, done.stdout()]).toEqual([0, expect.stringMatching(/^Migrated:\n {2}0000_first\n/)]);
    const after = await migrate('--check', '--json');
    expect([after.code, JSON.parse(after.stdout())]).toEqual([
      0,
      { pending: [], isNewer: false, isBeyond: false },
    ]);
    expect((await migrate()).stdout()).toBe('The schema is up to date.\n');
  });
});

describe('DATABASE_MIGRATE', () => {
  const start = (mode: string, script = 'main.js', args: string[] = []) => {
    const { cwd, env } = settings();
    return { script: dist(script), args, cwd, env: { ...env, DATABASE_MIGRATE: mode } };
  };

  it('check: the start is refused, and says what to run, until somebody has', async () => {
    for (const refused of [start('check'), start('check', 'cli.js', ['accounts', 'list'])]) {
      const { code, output } = await runProcess(refused);
      expect([code, output()]).toEqual([
        1,
        expect.stringMatching(/pending migrations.*run npx farebox migrate/),
      ]);
    }
    expect((await admin.query(`select 1 from pg_namespace where nspname = 'farebox'`)).rowCount).toBe(0);
    // Whatever the setting is: it is asked for.
    expect(await runProcess(start('never', 'cli.js', ['migrate']))).toMatchObject({ code: 0 });
    const running = await startProcess(start('check'));
    await logged(running, 'The database is open and its schema is up to date.');
    await running.stop();
  });

  it('never: it does not look', async () => {
    await migrate();
    const ran = async () => (await admin.query('select 1 from __drizzle_migrations')).rowCount;
    await admin.query(
      'delete from __drizzle_migrations where id = (select max(id) from __drizzle_migrations)',
    );
    const before = await ran();
    const running = await startProcess(start('never'));
    await logged(running, 'DATABASE_MIGRATE is never');
    await running.stop();
    expect(await ran()).toBe(before);
  });

  it('refuses other words, and a schema that is no name', async () => {
    const { code, output } = await runProcess({
      ...start('maybe'),
      env: { ...start('maybe').env, DATABASE_SCHEMA: 'a"b' },
    });
    expect([code, output()]).toEqual([
      1,
      expect.stringMatching(/DATABASE_SCHEMA must be a name[^]*DATABASE_MIGRATE/),
    ]);
  });
});

describe('a schema of a newer release', () => {
  beforeEach(async () => {
    await migrate();
    await admin.query(
      `insert into farebox.__drizzle_migrations (hash, created_at) values ('of the next release', 99999999999999)`,
    );
  });

  it('serves this one too, which says that it is newer', async () => {
    const { code, stdout } = await migrate('--check');
    expect([code, stdout()]).toEqual([
      0,
      expect.stringContaining('newer release, which this one is compatible with'),
    ]);
    const running = await startProcess({ script: dist('main.js'), ...settings() });
    await logged(running, 'The schema belongs to a newer release, which this one is compatible with.');
    await logged(running, 'Farebox listens on');
    await running.stop();
  });

  it('ends the start of this one when it has gone too far', async () => {
    await admin.query('update schema_support set oldest = 10000');
    const { code, output } = await runProcess({ script: dist('main.js'), ...settings() });
    const says = 'The schema of the database belongs to a newer release';
    expect([code, output()]).toEqual([1, expect.stringContaining(says)]);
    const checked = await migrate('--check');
    expect([checked.code, checked.stderr()]).toEqual([1, expect.stringContaining(says)]);
    const { stdout } = await runProcess({ script: dist('cli.js'), args: ['doctor'], ...settings() });
    expect(stdout()).toMatch(new RegExp(`FAIL .*${says}`));
  });
});

it('a process under which the schema goes too far takes no traffic any more', async () => {
  const app = await startInProcess([]);
  const ready = async () => {
    await app.app.get(Sweep, { strict: false }).runOnce();
    return request(`${app.url}/health/ready`);
  };
  expect((await ready()).status).toBe(200);
  await app.query('update schema_support set oldest = 10000');
  expect(await ready()).toMatchObject({
    status: 503,
    json: { error: { schema: { message: expect.stringContaining('end this process') } } },
  });
  await app.stop();
});
