import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Farebox, newPerson, post, query, startFarebox } from '../support/farebox.js';
import { type RunningProcess, until } from '../support/processes.js';
import { startPaidProgram } from './support/paid-program.js';

const ENDLESS = 1_000_000;
/** What a kill may lose by the documentation, and as much again for commits on a busy machine. */
const LOST_MS = 10_000;
/** Parts that were counted and had not come to the caller yet. */
const ON_THEIR_WAY = 7 * 50;

let farebox: Farebox;
let program: RunningProcess;
let url: string;
let token: string;

beforeAll(async () => {
  farebox = await startFarebox();
  token = String((await post(`${farebox.url}/register`, newPerson())).json['jwt']);
}, 120_000);
afterEach(() => program?.kill('SIGKILL'));
afterAll(() => farebox?.stop());

async function startProgram(): Promise<void> {
  ({ url, program } = await startPaidProgram(farebox, 'streaming-app.js'));
}

const headersOf = (key?: string) => ({
  authorization: `Bearer ${token}`,
  ...(key === undefined ? {} : { 'idempotency-key': key }),
});

interface Caller {
  path: string;
  status: number | undefined;
  /** The units that the caller was told of, and when. */
  told: { at: number; units: number }[];
  /** `cut`: the connection broke. */
  end: 'cut' | 'complete' | undefined;
  over: Promise<unknown>;
}

function call(path: string, key?: string, parts = ENDLESS): Caller {
  const caller: Caller = { path, status: undefined, told: [], end: undefined, over: Promise.resolve() };
  const read = async (): Promise<void> => {
    const response = await fetch(`${url}${path}?parts=${parts}`, { headers: headersOf(key) });
    caller.status = response.status;
    for await (const chunk of response.body ?? []) {
      const lines = Buffer.from(chunk as Uint8Array)
        .toString()
        .trim()
        .split('\n');
      caller.told.push({ at: Date.now(), units: Number(lines.at(-1)) });
    }
  };
  caller.over = read().then(
    () => (caller.end = 'complete'),
    () => (caller.end = 'cut'),
  );
  return caller;
}

async function ledgerOf({ path }: Caller) {
  const rows = await query(
    farebox,
    `select status, units::int as units, corrects from calls where path = '${path}' order by corrects nulls first`,
  );
  return {
    statuses: rows.filter(({ corrects }) => corrects === null).map(({ status }) => status),
    corrections: rows.filter(({ corrects }) => corrects !== null).length,
    units: rows.reduce((sum, { units }) => sum + Number(units), 0),
  };
}

const toldBefore = ({ told }: Caller, at: number): number =>
  told.filter((line) => line.at <= at).at(-1)?.units ?? 0;

describe('kill -9 in the middle of a stream', () => {
  it('loses no call, and its last seconds at most, without a key and with one', async () => {
    await startProgram();
    const callers = [call('/streams/killed'), call('/streams/killed-keyed', 'killed')];
    for (const caller of callers) {
      await until(() => caller.told.length > 0);
      expect(await ledgerOf(caller)).toMatchObject({ statuses: [200] });
    }
    for (const caller of callers) await until(async () => (await ledgerOf(caller)).corrections >= 3, 60_000);
    const killedAt = Date.now();
    await program.kill('SIGKILL');
    for (const caller of callers) {
      await caller.over;
      const { statuses, units } = await ledgerOf(caller);
      expect([caller.end, caller.status, statuses]).toEqual(['cut', 200, [200]]);
      expect(units).toBeGreaterThanOrEqual(toldBefore(caller, killedAt - LOST_MS));
      expect(units).toBeLessThanOrEqual(toldBefore(caller, Infinity) + ON_THEIR_WAY);
    }
    await startProgram();
    const again = call('/streams/killed-keyed', 'killed', 1);
    await again.over;
    expect([again.status, again.end]).toEqual([200, 'complete']);
  });
});

describe('SIGTERM', () => {
  it('lets streams end until its deadline, and bills what those that run on have delivered', async () => {
    await startProgram();
    const short = call('/streams/short', undefined, 30);
    const cut = [call('/streams/cut'), call('/streams/cut-keyed', 'cut')];
    const hanging = [call('/hangs/plain'), call('/hangs/keyed', 'hangs')];
    for (const caller of [short, ...cut]) await until(() => caller.told.length > 0);
    expect(await program.kill('SIGTERM')).toEqual({ code: 1, signal: null });
    await Promise.all([short, ...cut, ...hanging].map(({ over }) => over));

    expect([short.end, short.told.at(-1)?.units]).toEqual(['complete', 210]);
    expect(await ledgerOf(short)).toMatchObject({ statuses: [200], units: 210 });
    for (const caller of cut) {
      const { statuses, units } = await ledgerOf(caller);
      expect([caller.end, statuses]).toEqual(['cut', [200]]);
      expect(units).toBeGreaterThanOrEqual(toldBefore(caller, Infinity));
      expect(units).toBeLessThanOrEqual(toldBefore(caller, Infinity) + ON_THEIR_WAY);
    }
    for (const caller of hanging) {
      expect([caller.end, caller.status]).toEqual(['cut', undefined]);
      expect(await ledgerOf(caller)).toMatchObject({ statuses: [503], units: 7 });
    }
    expect(await query(farebox, "select key from call_keys where key in ('cut', 'hangs')")).toEqual([]);
  });
});
