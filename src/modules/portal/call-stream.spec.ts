import { afterEach, describe, expect, it } from '@jest/globals';
import type { CallLog, CallRecord } from '../ledger/index.js';
import { newId } from '../../platform/ids/ids.js';
import { CallStream } from './call-stream.js';

let now = 0;
let asked: string[] = [];
let inLedger: CallRecord[] = [];

afterEach(() => {
  now = 0;
  asked = [];
  inLedger = [];
});

const log = {
  after: async (_customer: string, id: string) => {
    asked.push(id);
    return inLedger.filter((each) => each.id > id);
  },
} as unknown as CallLog;

const open = (): CallStream => new CallStream(log, { customerId: 'cus_1', filter: {}, now: () => now });

function call(path = '/r'): CallRecord {
  const made: CallRecord = {
    id: newId(),
    customerId: 'cus_1',
    startedAt: new Date(),
    verb: 'GET',
    route: '/r',
    path,
    status: 200,
    durationUs: 1,
    units: 0,
    user: 'cus_1',
    tokenId: 't',
    plan: 'standard',
    corrects: null,
  };
  inLedger.push(made);
  return made;
}

/** Fills the stream until it takes no more. */
function fill(stream: CallStream): void {
  for (let n = 0; n < 200; n++) stream.show([call('/'.padEnd(1_000, 'x'))], 0);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a reader that is slow', () => {
  it('costs a buffer and no more, and later gets from the ledger what it missed', async () => {
    const stream = open();
    // Ids of one millisecond have no order, and it shows what came after it was opened.
    await new Promise((resolve) => setTimeout(resolve, 2));
    fill(stream);
    expect(stream.readableLength).toBeLessThan(20_000);
    const missed = call();
    stream.show([missed], 0);
    let text = '';
    stream.on('data', (data: Buffer) => (text += data.toString()));
    await turn();
    await turn();
    expect(asked).toHaveLength(1);
    expect(text).toContain(missed.id);
    // Each once, whatever the order of their ids: these are of a few milliseconds.
    const ids = [...text.matchAll(/^id: (.+)$/gm)].map(([, id]) => String(id));
    expect(ids.sort()).toEqual(inLedger.map(({ id }) => id).sort());
  });

  it('is let go of after half a minute, and cut off when the process ends', async () => {
    const [patient, ended] = [open(), open()];
    fill(patient);
    now = 30_000;
    patient.beat();
    expect(patient.destroyed).toBe(false);
    now = 30_001;
    patient.beat();
    expect(patient.destroyed).toBe(true);
    fill(ended);
    ended.end();
    expect(ended.destroyed).toBe(true);
  });
});

describe('a reader that keeps up', () => {
  it('sees each call once, however often it is heard of', async () => {
    const stream = open();
    let text = '';
    stream.on('data', (data: Buffer) => (text += data.toString()));
    const made = call('/a\nid: forged\n\n');
    stream.show([made], 0);
    stream.show([made], 2);
    stream.catchUp();
    await turn();
    await turn();
    expect(text.match(/^id: .+$/gm)).toEqual([`id: ${made.id}`]);
    expect(text).toContain('event: skipped\ndata: {"calls":2}\n\n');
    stream.beat();
    await turn();
    expect(text).toMatch(/: \n\n$/);
  });

  it('ends in peace, and is told nothing after it', async () => {
    const stream = open();
    let text = '';
    stream.on('data', (data: Buffer) => (text += data.toString()));
    stream.end();
    stream.show([call()], 0);
    stream.beat();
    stream.end();
    await turn();
    await turn();
    expect(text).toBe('retry: 2000\n: live\n\n');
    expect(stream.readableEnded).toBe(true);
  });
});
