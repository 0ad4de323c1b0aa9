import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { STRIPE_KEY, TOKEN_SECRET } from '../support/farebox.js';
import { freePort } from '../support/free-port.js';
import { createTestDatabase, type TestDatabase, withTables } from '../support/postgres.js';
import { logged, runProcess, startProcess } from '../support/processes.js';
import { startTcpGate } from '../support/tcp-gate.js';

const dist = (path: string): string => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));
const PASSWORD = 'sw0rdfish-of-the-tests';

let dir: string;
let database: TestDatabase;
let admin: pg.Client;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'farebox-faults-'));
  database = await createTestDatabase();
  admin = new pg.Client(withTables(database.url));
  await admin.connect();
  await admin.query(`create role powerless_of_faults login password '${PASSWORD}'`);
});
afterAll(async () => {
  await admin?.query('drop role powerless_of_faults');
  await admin?.end();
  await database?.drop();
  rmSync(dir, { recursive: true, force: true });
});

const settings = (url: string) => ({
  cwd: dir,
  env: {
    STRIPE_KEY,
    // Nobody is there.
    STRIPE_API_BASE: 'http://127.0.0.1:1',
    TOKEN_SECRET,
    CATALOG: fileURLToPath(new URL('../../monetization.yaml', import.meta.url)),
    DATABASE_URL: url,
    HOST: '127.0.0.1',
    PORT: '0',
  },
});
const run = (script: string, args: string[], url: string) =>
  runProcess({ script: dist(script), args, ...settings(url) });
const start = (url: string) => startProcess({ script: dist('main.js'), ...settings(url) });

function changed(change: (url: URL) => void): string {
  const url = new URL(database.url);
  change(url);
  return url.href;
}

const FAULTS: Record<string, { url: () => string; says: string }> = {
  'another password': {
    url: () => changed((url) => (url.password = PASSWORD)),
    says: 'PostgreSQL refuses the user or the password in DATABASE_URL: correct them.',
  },
  'a database that does not exist': {
    url: () => changed((url) => (url.pathname = `/${PASSWORD}`)),
    says: 'The database that DATABASE_URL names does not exist: create it, or correct the name.',
  },
  'a user without rights': {
    url: () =>
      changed((url) => {
        url.username = 'powerless_of_faults';
        url.password = PASSWORD;
      }),
    says: 'The user in DATABASE_URL has too few rights',
  },
  'TLS that the server does not speak': {
    url: () => changed((url) => (url.search = 'sslmode=require')),
    says: 'The database does not offer TLS: set sslmode=disable in DATABASE_URL',
  },
  'a certificate that is not there': {
    url: () => changed((url) => (url.search = `sslmode=verify-full&sslrootcert=/${PASSWORD}.pem`)),
    says: 'A file that DATABASE_URL names (sslrootcert, sslcert or sslkey) cannot be read',
  },
};

describe.each(Object.entries(FAULTS))('%s', (_, { url, says }) => {
  it('ends the start, which says what to do and no secret', async () => {
    const { code, output } = await run('main.js', [], url());
    expect([code, output()]).toEqual([1, expect.stringContaining(says)]);
    expect(output()).not.toMatch(/ {4}at |sw0rdfish/);
  });

  it('is one sentence of a command', async () => {
    const { code, output } = await run('cli.js', ['accounts', 'list'], url());
    expect([code, output()]).toEqual([1, expect.stringContaining(says)]);
    expect(output()).not.toMatch(/ {4}at |sw0rdfish/);
  });
});

it.each(['another password', 'a database that does not exist', 'TLS that the server does not speak'])(
  'doctor shows %s beside its other findings',
  async (fault) => {
    const { code, stdout } = await run('cli.js', ['doctor', '--json'], FAULTS[fault]?.url() ?? '');
    const findings = JSON.parse(stdout()) as { check: string; level: string; message: string }[];
    expect(findings).toContainEqual(
      expect.objectContaining({
        level: 'problem',
        message: expect.stringContaining(FAULTS[fault]?.says ?? ''),
      }),
    );
    expect(findings.some(({ check }) => /Stripe/.test(check))).toBe(true);
    expect([code, stdout()]).toEqual([1, expect.not.stringContaining('sw0rdfish')]);
  },
);

describe('a database that is away', () => {
  const nowhere = async () =>
    changed((url) => (url.hostname = '127.0.0.1')).replace(/:\d+\//, `:${await freePort()}/`);

  it('is one sentence of a command', async () => {
    const { code, output } = await run('cli.js', ['accounts', 'list'], await nowhere());
    expect([code, output().trim()]).toEqual([
      1,
      'PostgreSQL cannot be reached at the address in DATABASE_URL. Start it, or correct the address.',
    ]);
  });

  it('is a finding of doctor beside the others', async () => {
    const { code, stdout } = await run('cli.js', ['doctor', '--json'], await nowhere());
    const findings = JSON.parse(stdout()) as { check: string; message: string }[];
    expect(findings.map(({ message }) => message)).toContain('it cannot be reached');
    expect([code, findings.length > 1]).toEqual([1, true]);
  });
});

it('what is found wrong after the start has gone on without its database ends the process too', async () => {
  const { hostname, port } = new URL(database.url);
  const gate = await startTcpGate({ host: hostname, port: Number(port) });
  gate.close();
  const running = await start(
    changed((url) => {
      url.port = String(gate.port);
      url.password = PASSWORD;
    }),
  );
  await logged(running, 'Farebox listens on');
  gate.open();
  const { code } = await running.exited;
  gate.stop();
  expect([code, running.output()]).toEqual([
    1,
    expect.stringContaining('PostgreSQL refuses the user or the password in DATABASE_URL'),
  ]);
});

it('doctor says the version of PostgreSQL', async () => {
  const { stdout } = await run('cli.js', ['doctor'], database.url);
  expect(stdout()).toMatch(/PostgreSQL is reachable +version 1\d\.\d+$/m);
});

it('a database in another encoding than UTF8 ends the start, which names it', async () => {
  await admin.query(`create database latin_of_faults encoding 'LATIN1' locale 'C' template template0`);
  const url = changed((to) => (to.pathname = '/latin_of_faults'));
  const { code, output } = await run('main.js', [], url);
  await admin.query('drop database latin_of_faults with (force)');
  expect([code, output()]).toEqual([1, expect.stringContaining('The database has the encoding LATIN1')]);
});
