import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type EmbeddedPostgres,
  ensureEmbeddedPostgres,
} from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { bearer, type Farebox, newPerson, post, request, startFarebox } from '../support/farebox.js';
import { type RunningProcess, until } from '../support/processes.js';
import { startTcpGate, type TcpGate } from '../support/tcp-gate.js';
import { expectBooksToAgree, expectMoesifToHave, ledgerIds } from './support/books.js';
import { type Seen, startCallers } from './support/callers.js';

/** 30 s as the promise is; a moment in the short form. */
const AWAY_MS = Number(process.env['CRASH_ROUNDS'] ?? 3) > 10 ? 30_000 : 3_000;

let home: string;
let postgres: EmbeddedPostgres;
let farebox: Farebox;
let sibling: { url: string; process: RunningProcess };
let gate: TcpGate;
let token: string;

const startPostgres = () => ensureEmbeddedPostgres({ home });
const portOf = (url: string): number => Number(new URL(url).port);

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'farebox-crash-'));
  postgres = await startPostgres();
  farebox = await startFarebox(async () => {
    gate = await startTcpGate({ host: '127.0.0.1', port: portOf(postgres.connectionString) });
    const url = new URL(postgres.connectionString);
    url.host = `127.0.0.1:${gate.port}`;
    return { DATABASE_URL: url.href };
  });
  farebox.databaseUrl = postgres.connectionString;
  sibling = await farebox.startSibling();
  token = String((await post(`${farebox.url}/register`, newPerson())).json['jwt']);
}, 60_000);
afterAll(async () => {
  await sibling?.process.kill('SIGTERM');
  await farebox?.stop();
  gate?.stop();
  await postgres?.stop();
  if (home) rmSync(home, { recursive: true, force: true });
});

/** Both processes know the account: from here on they need no database to let it in. */
async function warmUp(): Promise<void> {
  for (const url of [farebox.url, sibling.url])
    await until(async () => (await request(`${url}/test-service`, bearer(token))).status === 200);
}

/** Takes the database away under load, in one way or another, and gives it back. */
async function outage(away: () => Promise<void> | void, back: () => Promise<void> | void): Promise<Seen> {
  const callers = startCallers([farebox.url, sibling.url], token, 16);
  await delay(500);
  const before = callers.seen.answered.size;
  await away();
  await delay(AWAY_MS);
  expect(callers.seen.answered.size).toBeGreaterThan(before);
  await back();
  await delay(1_000);
  return callers.stop();
}

async function expectNothingLost(seen: Seen, before: ReadonlySet<string>): Promise<void> {
  expect(Object.fromEntries(seen.others)).toEqual({});
  const added = await expectBooksToAgree(farebox, seen, before);
  process.stdout.write(`${seen.answered.size} answered, ${added} in the ledger\n`);
  await expectMoesifToHave(farebox, await ledgerIds(farebox));
}

describe(`PostgreSQL away for ${AWAY_MS / 1_000} s under load: no 5xx, nothing lost, nothing doubled`, () => {
  it('connections refused', async () => {
    await warmUp();
    const before = await ledgerIds(farebox);
    const seen = await outage(
      () => gate.close(),
      () => gate.open(),
    );
    await expectNothingLost(seen, before);
  });

  it('connections half-open: nothing comes back, and nothing says so', async () => {
    await warmUp();
    const before = await ledgerIds(farebox);
    const seen = await outage(
      () => gate.freeze(),
      () => gate.open(),
    );
    await expectNothingLost(seen, before);
  });

  it('the server killed, and started again on its files', async () => {
    await warmUp();
    const before = await ledgerIds(farebox);
    const seen = await outage(killPostgres, async () => {
      postgres = await startPostgres();
      farebox.databaseUrl = postgres.connectionString;
      gate.target = { host: '127.0.0.1', port: portOf(postgres.connectionString) };
    });
    await expectNothingLost(seen, before);
  });

  it('and a process killed while it spools: another takes over what it left', async () => {
    await warmUp();
    const before = await ledgerIds(farebox);
    const callers = startCallers([farebox.url, sibling.url], token, 16);
    await delay(500);
    gate.close();
    await delay(AWAY_MS / 3);
    await sibling.process.kill('SIGKILL');
    await delay(AWAY_MS / 3);
    const seen = await callers.stop();
    gate.open();
    // A segment that nobody has touched for 15 s is an orphan; whoever sweeps next takes it up, once a minute.
    await delay(16_000);
    sibling = await farebox.startSibling({ PORT: new URL(sibling.url).port });
    await expectNothingLost(seen, before);
  });
});

async function killPostgres(): Promise<void> {
  const [pid] = readFileSync(join(home, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n');
  process.kill(Number(pid), 'SIGKILL');
}
