import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type InProcess, startInProcess } from '../../support/in-process.js';
import { UnitCorrections } from '../../../src/modules/metering/unit-corrections.js';
import { until } from '../../support/processes.js';
import { AFTER, BEFORE, WaysController } from './ways.controller.js';

interface Way {
  path: string;
  verb?: 'GET' | 'HEAD' | 'PUT';
  status: number;
  /** What the caller reads; absent: it is not looked at. */
  text?: string;
  /** The connection breaks while the body is read, or before the head has come. */
  breaks?: true;
  /** Counted while the answer streams. */
  parts?: number;
  /** The answer is kept under an Idempotency-Key. */
  kept: boolean;
}

const plain = (path: string, text = 'abc', status = 200): Way => ({ path, status, text, kept: true });
const streamed = (path: string, status = 200): Way => ({ path, status, text: 'abc', parts: 3, kept: false });

const WAYS: readonly Way[] = [
  plain('text'),
  plain('object', '{"abc":1}'),
  plain('nothing', ''),
  plain('promise'),
  plain('observable'),
  plain('concat'),
  streamed('file'),
  { ...plain('file-bytes'), kept: false },
  streamed('node-stream'),
  streamed('generator'),
  streamed('web-stream'),
  streamed('response', 202),
  { path: 'sse', status: 200, parts: 3, kept: false },
  { path: 'sse-fails', status: 409, kept: true },
  plain('reply-send', '{"abc":1}', 201),
  streamed('reply-send-stream'),
  streamed('reply-send-web-stream'),
  { ...plain('reply-trailer'), kept: false },
  plain('passthrough', 'abc', 203),
  plain('redirect', '', 307),
  plain('reply-redirect', '', 303),
  plain('code-and-header', 'abc', 206),
  plain('no-content', '', 204),
  plain('not-modified', '', 304),
  plain('hijack'),
  { ...plain('hijack-later', 'abc', 201), kept: false },
  plain('raw-end'),
  plain('raw-head-end', 'abc', 201),
  plain('raw-head-list', 'abc', 201),
  { ...plain('raw-flush'), kept: false },
  { ...plain('raw-without-return'), kept: false },
  streamed('pipe'),
  streamed('pipeline'),
  { path: 'large', status: 200, kept: false },
  plain('early-hints'),
  { path: 'throws', status: 500, kept: false },
  { path: 'conflict', status: 409, kept: true },
  { path: 'gone', status: 410, kept: true },
  { path: 'unprocessable', status: 422, text: '{"why":"no reason","at":["x"]}', kept: true },
  { path: 'bad-gateway', status: 502, kept: false },
  { path: 'teapot', status: 418, kept: true },
  { path: 'bad-header', status: 500, kept: false },
  { path: 'bad-status', status: 500, kept: false },
  { path: 'stream-fails-at-once', status: 500, kept: false },
  { path: 'stream-fails-midway', status: 200, parts: 2, breaks: true, kept: false },
  { path: 'reply-stream-fails-midway', status: 200, parts: 2, breaks: true, kept: false },
  { path: 'pipeline-fails-midway', status: 200, parts: 2, breaks: true, kept: false },
  { path: 'throws-after-first-byte', status: 200, breaks: true, kept: false },
  { path: 'destroys', status: 200, breaks: true, kept: false },
  { path: 'head', verb: 'HEAD', status: 200, text: '', kept: true },
  { path: 'all', verb: 'HEAD', status: 200, text: '', kept: true },
  { ...plain('all'), verb: 'PUT' },
];

let farebox: InProcess;
let token: string;
let customers = 0;

beforeAll(async () => {
  farebox = await startInProcess([WaysController]);
  await until(async () => (await fetch(`${farebox.url}/health/ready`)).status === 200);
});
afterAll(() => farebox?.stop());

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

const title = ({ verb = 'GET', path }: Way): string => `${verb} ${path}`;

describe.each(WAYS.map((way) => [title(way), way] as const))('%s', (_title, way) => {
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

it('every way had a customer of its own', () => expect(customers).toBe(2 * WAYS.length));
