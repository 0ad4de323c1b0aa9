import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Sweep } from '../../src/platform/jobs/sweep.js';
import {
  bearer,
  type Farebox,
  newPerson,
  post,
  request,
  startFarebox,
  stripeList,
} from '../support/farebox.js';
import { type InProcess, startInProcess } from '../support/in-process.js';
import { runProcess, until } from '../support/processes.js';
import { startTcpGate, type TcpGate } from '../support/tcp-gate.js';

const dist = (path: string): string => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'farebox-folders-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A file stands where the folder should be: root is refused too. */
function blocked(): string {
  const file = join(dir, 'file');
  writeFileSync(file, '');
  return join(file, 'folder');
}

describe('a folder that cannot be written', () => {
  let farebox: Farebox;
  beforeAll(async () => {
    farebox = await startFarebox({}, 'own');
  });
  afterAll(() => farebox?.stop());
  const run = (script: string, args: string[], env: Record<string, string>) =>
    runProcess({ script: dist(script), args, env: { ...farebox.env, ...env }, cwd: dir });

  it('of the spool ends the start, which says what to do', async () => {
    const { code, output } = await run('main.js', [], { SPOOL_DIR: blocked(), PORT: '0' });
    expect([code, output()]).toEqual([
      1,
      expect.stringMatching(/The spool in .* cannot be written \(ENOTDIR\)\. Set SPOOL_DIR .* or SPOOL=off/),
    ]);
  });

  it('of the spool is a finding of doctor, and none with SPOOL=off', async () => {
    const found = async (env: Record<string, string>) => {
      const { stdout } = await run('cli.js', ['doctor', '--json'], env);
      return (JSON.parse(stdout()) as { check: string; level: string; message: string }[]).filter(
        ({ check }) => /spool|FAREBOX_HOME/.test(check),
      );
    };
    const ok = { check: 'FAREBOX_HOME is writable', level: 'ok' };
    expect(await found({ SPOOL_DIR: blocked() })).toEqual([
      expect.objectContaining(ok),
      expect.objectContaining({ level: 'problem', message: expect.stringContaining('ENOTDIR') }),
    ]);
    expect(await found({ SPOOL_DIR: blocked(), SPOOL: 'off' })).toEqual([expect.objectContaining(ok)]);
    expect(await found({ SPOOL_LIMIT_MB: '1000000' })).toContainEqual(
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('SPOOL_LIMIT_MB') }),
    );
  });

  it('of the signing secrets ends catalog apply before Stripe makes and shows one', async () => {
    const settings = { FAREBOX_HOME: blocked(), PUBLIC_URL: 'https://farebox.example.com' };
    const { code, stderr } = await run('cli.js', ['catalog', 'apply'], settings);
    expect([code, stderr()]).toEqual([1, expect.stringContaining('Set FAREBOX_HOME to a writable folder')]);
    expect(await stripeList(farebox, '/v1/webhook_endpoints')).toEqual([]);
  });

  it('is one sentence of a command that was to write there', async () => {
    const { code, stderr } = await run('cli.js', ['catalog', 'import', '--out', blocked()], {});
    expect([code, stderr()]).toEqual([
      1,
      expect.stringMatching(/cannot be read or written \(ENOTDIR\)\.\n$/),
    ]);
    expect(stderr()).not.toMatch(/ {4}at /);
  });
});

describe('a spool whose folder cannot be written any more', () => {
  let app: InProcess;
  afterEach(() => app?.stop());

  it('is told by readiness and metrics, while calls go on', async () => {
    const spool = join(dir, 'spool');
    mkdirSync(spool);
    app = await startInProcess([], { SPOOL_DIR: spool });
    const seen = async () => {
      await app.app.get(Sweep, { strict: false }).runOnce();
      const ready = await request(`${app.url}/health/ready`);
      const metrics = await request(`${app.url}/metrics`);
      const [, writable] = /^farebox_ledger_spool_writable (\d)$/m.exec(metrics.text) ?? [];
      return [ready.status, (ready.json['details'] as Record<string, unknown>)['spool'], writable];
    };
    expect(await seen()).toEqual([200, { status: 'up' }, '1']);

    rmSync(spool, { recursive: true });
    writeFileSync(spool, '');
    expect(await seen()).toEqual([
      200,
      { status: 'up', message: expect.stringContaining('cannot be written (ENOTDIR)') },
      '0',
    ]);

    rmSync(spool);
    expect(await seen()).toEqual([200, { status: 'up' }, '1']);
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('SPOOL=off', () => {
  let farebox: Farebox;
  let gate: TcpGate;
  beforeEach(async () => {
    farebox = await startFarebox(async ({ DATABASE_URL = '' }) => {
      const url = new URL(DATABASE_URL);
      gate = await startTcpGate({ host: url.hostname, port: Number(url.port) });
      url.port = String(gate.port);
      return { DATABASE_URL: url.href, SPOOL: 'off', SPOOL_DIR: blocked() };
    });
  });
  afterEach(async () => {
    gate?.open();
    await farebox?.stop();
    gate?.stop();
  });

  it('paid calls answer 503 as soon as the database is away, and 200 when it is back', async () => {
    const { json } = await post(`${farebox.url}/register`, newPerson());
    const call = () => request(`${farebox.url}/test-service`, bearer(String(json['jwt'])));
    expect((await call()).status).toBe(200);
    gate.close();
    expect(await call()).toMatchObject({ status: 503, json: { code: 'ledger_unavailable' } });
    expect(await request(`${farebox.url}/health/ready`)).toMatchObject({
      status: 503,
      text: expect.stringContaining('SPOOL is off'),
    });
    gate.open();
    await until(async () => (await call()).status === 200);
  });
});
