import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Farebox, newPerson, post, query, startFarebox } from '../support/farebox.js';
import { type RunningProcess, until } from '../support/processes.js';
import { type Cell, cellsOf, isKept, outcomeOf, type Signal, titleOfCell } from './support/cells.js';
import { startPaidProgram } from './support/paid-program.js';

interface Caller extends Cell {
  name: string;
  status: number | undefined;
  text: string;
  end: 'complete' | 'cut' | undefined;
  leave: () => void;
  over: Promise<unknown>;
}

interface Booked {
  statuses: unknown[];
  units: number;
}

let farebox: Farebox;
let program: RunningProcess;
let url: string;
let token: string;

beforeAll(async () => {
  farebox = await startFarebox();
  token = String((await post(`${farebox.url}/register`, newPerson())).json['jwt']);
}, 120_000);
afterAll(() => farebox?.stop());

async function startProgram(): Promise<void> {
  ({ url, program } = await startPaidProgram(farebox, 'ways-app.js', { LOG_LEVEL: 'silent' }));
}

function send(
  { way, key }: Cell,
  headers: Record<string, string> = {},
  signal: AbortSignal | null = null,
): Promise<Response> {
  const own = { authorization: `Bearer ${token}`, ...(key === undefined ? {} : { 'idempotency-key': key }) };
  return fetch(`${url}/ways/${way.path}`, {
    method: way.verb ?? 'GET',
    redirect: 'manual',
    headers: { ...own, ...headers },
    signal,
  });
}

function call(cell: Cell): Caller {
  const name = titleOfCell(cell);
  const abort = new AbortController();
  const caller: Caller = {
    ...cell,
    name,
    status: undefined,
    text: '',
    end: undefined,
    leave: () => abort.abort(),
    over: Promise.resolve(),
  };
  const read = async (): Promise<void> => {
    const headers = { 'x-call': name, 'x-waits': cell.waits, 'x-until': cell.goesOn ? 'signal' : 'never' };
    const response = await send(cell, headers, abort.signal);
    caller.status = response.status;
    for await (const chunk of response.body ?? []) caller.text += Buffer.from(chunk as Uint8Array).toString();
  };
  caller.over = read().then(
    () => (caller.end = 'complete'),
    () => (caller.end = 'cut'),
  );
  return caller;
}

const told = (what: 'name' | 'closed'): Record<string, string>[] =>
  (program.messages as Record<string, string>[]).filter((message) => message[what] !== undefined);

/** Makes all calls, and has each of them where its cell says. */
async function makeCalls(cells: readonly Cell[]): Promise<Caller[]> {
  const callers = cells.map(call);
  await until(() => told('name').length === cells.length);
  for (const caller of callers) {
    if (caller.waits === 'between') await until(() => caller.status !== undefined);
    if (caller.waits === 'after') await caller.over;
    if (caller.leaves) caller.leave();
  }
  const over = callers.filter(({ leaves, waits }) => leaves || waits === 'after').map(({ name }) => name);
  await until(() => {
    const closed = new Set(told('closed').map((message) => message['closed']));
    return over.every((name) => closed.has(name));
  });
  return callers;
}

/** What is in the ledger, by the names of the calls. */
async function ledger(): Promise<Map<string, Booked>> {
  const names = new Map(told('name').map(({ name, id }) => [id, String(name)]));
  const rows = await query(
    farebox,
    'select coalesce(corrects, id) as id, status, units::int as units, corrects from calls',
  );
  const booked = new Map(
    [...names.values()].map((name): [string, Booked] => [name, { statuses: [], units: 0 }]),
  );
  for (const { id, status, units, corrects } of rows) {
    const entry = booked.get(names.get(String(id)) ?? '');
    if (!entry) continue;
    if (corrects === null) entry.statuses.push(status);
    entry.units += Number(units);
  }
  return booked;
}

describe.each(['SIGTERM', 'SIGKILL'] as const)(
  '%s while every way of answering is at work',
  (signal: Signal) => {
    const cells = cellsOf(signal).map((cell) => [titleOfCell(cell), cell] as const);
    let callers: Map<string, Caller>;
    let atOnce: Map<string, Booked>;
    let booked: Map<string, Booked>;

    beforeAll(async () => {
      await startProgram();
      const made = await makeCalls(cells.map(([, cell]) => cell));
      callers = new Map(made.map((caller) => [caller.name, caller]));
      atOnce = await ledger();
      if (signal === 'SIGKILL')
        await until(async () => isWritten(await ledger()), 30_000).catch(() => undefined);
      await program.kill(signal);
      await Promise.all(made.map(({ over }) => over));
      booked = await ledger();
      await startProgram();
    }, 300_000);
    afterAll(() => program?.kill('SIGKILL'));

    /** A kill loses units of the last seconds: they are waited for. */
    const isWritten = (now: ReadonlyMap<string, Booked>): boolean =>
      cells.every(([name, cell]) => (now.get(name)?.units ?? 0) >= outcomeOf(cell, signal).units.least);

    it.each(cells)('%s: one row, its units, and the same for the caller', (name, cell) => {
      const { statuses, none, units, seen, end } = outcomeOf(cell, signal);
      const [caller, row] = [callers.get(name), booked.get(name)];
      const rows = [...(none ? [[]] : []), ...statuses.map((status) => [status])];
      expect(rows).toContainEqual(row?.statuses);
      expect(row?.units).toBeGreaterThanOrEqual(units.least);
      expect(row?.units).toBeLessThanOrEqual(units.most);
      expect(caller?.end).toBe(end);
      // Where the connection breaks at once, the head may not have come.
      expect(cell.way.breaks ? [undefined, seen] : [seen]).toContain(caller?.status);
      if (cell.way.text !== undefined && end === 'complete') expect(caller?.text).toBe(cell.way.text);
      if (caller?.status !== undefined && cell.waits !== 'before')
        expect(atOnce.get(name)?.statuses).toEqual([caller.status]);
    });

    it.each(cells.filter(([, { key }]) => key !== undefined))(
      '%s: the same call again is answered again, or made again',
      async (name, cell) => {
        const kept = isKept(cell, booked.get(name)?.statuses[0]);
        let again: Response | undefined;
        // The claim of a call that was killed is given up after a minute.
        await until(async () => {
          again = await send(cell).catch(() => undefined);
          await again?.text().catch(() => undefined);
          return cell.way.status === 409 || again?.status !== 409;
        }, 60_000);
        if (!again && cell.way.breaks) return;
        expect(again?.status).toBe(cell.way.status);
        expect(again?.headers.get('idempotent-replayed')).toBe(kept ? 'true' : null);
      },
    );
  },
);
