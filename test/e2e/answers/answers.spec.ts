import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AdapterName, type InProcess, startInProcess } from '../../support/in-process.js';
import { UnitCorrections } from '../../../src/modules/ledger/recording/unit-corrections.js';
import { until } from '../../support/processes.js';
import { AFTER, BEFORE, WaysController } from './ways.controller.js';
import { titleOf, type Way, waysOf } from './ways.js';

let farebox: InProcess;
let token: string;
let customers = 0;

interface Seen {
  status: number | null;
  text: string | null;
  headers: Headers;
  /** Rows of the customer when the head had come, corrections left out. */
  rowsAtHead: number;
}

/** One call of a customer of its own: what is in the ledger is of this way alone. */
async function call(customerId: string, way: Way, headers: Record<string, string>): Promise<Seen> {
  try {
    const response = await fetch(`${farebox.url}/ways/${way.path}`, {
      method: way.verb ?? 'GET',
      redirect: 'manual',
      headers: { authorization: `Bearer ${token}`, ...headers },
      signal: AbortSignal.timeout(10_000),
    });
    const rowsAtHead = (await rowsOf(customerId)).filter((row) => row['corrects'] === null).length;
    const text = await response.text().catch(() => null);
    return { status: response.status, text, headers: response.headers, rowsAtHead };
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') throw error;
    return { status: null, text: null, headers: new Headers(), rowsAtHead: -1 };
  }
}

const rowsOf = (customerId: string) =>
  farebox.query('select * from calls where customer_id = $1 order by started_at, corrects nulls first', [
    customerId,
  ]);

const keysOf = (customerId: string) =>
  farebox.query('select * from call_keys where customer_id = $1', [customerId]);

async function unitsOf(customerId: string, expected: number): Promise<number> {
  const sum = async () => {
    farebox.app.get(UnitCorrections).lookAtAll();
    return (await rowsOf(customerId)).reduce((units, row) => units + Number(row['units']), 0);
  };
  await until(async () => (await sum()) >= expected, 2_000).catch(() => undefined);
  return sum();
}

describe.each<AdapterName>(['fastify', 'express'])('on %s', (adapter) => {
  beforeAll(async () => {
    customers = 0;
    farebox = await startInProcess([WaysController], {}, [], [], adapter);
    await until(async () => (await fetch(`${farebox.url}/health/ready`)).status === 200);
  });
  afterAll(() => farebox?.stop());

  describe.each(waysOf(adapter).map((way) => [titleOf(way), way] as const))('%s', (_title, way) => {
    const units = BEFORE + (way.parts ?? 0) + AFTER;

    it('is in the ledger when it begins, once, with all its units', async () => {
      const customer = await newCustomer();
      const seen = await call(customer, way, {});
      expectSeen(seen, way);
      if (seen.status !== null) expect(seen.rowsAtHead).toBe(1);
      expect(await unitsOf(customer, units)).toBe(units);
      const rows = await rowsOf(customer);
      const [row, ...corrections] = rows;
      expect(row).toMatchObject({ status: way.status, route: `/ways/${way.path}`, corrects: null });
      expect(corrections.map(({ corrects }) => corrects)).toEqual(corrections.map(() => row?.['id']));
      if (seen.status !== null) expect(seen.headers.get('x-request-id')).toBe(row?.['id']);
    });

    it('under an Idempotency-Key is answered again, or made again, and says which', async () => {
      const customer = await newCustomer();
      const headers = { 'idempotency-key': 'key-1' };
      const first = await call(customer, way, headers);
      expectSeen(first, way);
      // The key of an answer that broke is given up with its row, which may come after the break.
      if (way.breaks)
        await until(async () => (await keysOf(customer)).length === 0 && (await rowsOf(customer)).length > 0);
      const again = await call(customer, way, headers);
      expectSeen(again, way);
      expect(again.headers.get('idempotent-replayed')).toBe(way.kept ? 'true' : null);
      if (first.status !== null)
        expect(first.headers.get('idempotency-stored')).toBe(way.kept ? null : 'false');
      if (way.kept) expect(again.text).toBe(first.text);
      const made = way.kept ? 1 : 2;
      expect(await unitsOf(customer, made * units)).toBe(made * units);
      const statuses = (await rowsOf(customer))
        .filter(({ corrects }) => corrects === null)
        .map(({ status }) => status);
      expect(statuses).toEqual(Array(made).fill(way.status));
      expect(await keysOf(customer)).toHaveLength(way.kept ? 1 : 0);
    });
  });

  it('every way had a customer of its own', () => expect(customers).toBe(2 * waysOf(adapter).length));
});

function expectSeen({ status, text }: Seen, way: Way): void {
  if (way.breaks) expect([status ?? way.status, text]).toEqual([way.status, null]);
  else expect(status).toBe(way.status);
  if (way.text !== undefined) expect(text).toBe(way.text);
}

async function newCustomer(): Promise<string> {
  customers++;
  const customer = await farebox.newCustomer();
  token = customer.token;
  return customer.customerId;
}
