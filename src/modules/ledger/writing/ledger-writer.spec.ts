import { describe, expect, it } from '@jest/globals';
import type { LedgerEntry } from '../store/ledger-entry.js';
import { LedgerUnavailableError } from '../store/ledger-errors.js';
import { type BatchSink, LedgerWriter } from './ledger-writer.js';

const entry = (id: string): LedgerEntry =>
  ({ call: { id }, exchange: null, answer: null, releasedKey: null }) as unknown as LedgerEntry;
const idsOf = (entries: readonly LedgerEntry[]): string[] => entries.map(({ call }) => call.id);
const refusal = (code: string): Error => Object.assign(new Error('refused'), { code });

/** A database and a spool that keep what they are given; a test says how they fail. */
class FakeSink implements BatchSink {
  databaseIsThere = true;
  readonly batches: string[][] = [];
  readonly spooled: string[][] = [];
  readonly parked: string[] = [];
  /** The values that the database refuses, with the SQLSTATE. */
  poison = new Map<string, string>();
  away: Error | undefined;
  spoolFull = false;
  private held: Promise<void> = Promise.resolve();

  /** Holds commits back until the function that it gives is called. */
  hold(): () => void {
    let release = (): void => undefined;
    this.held = new Promise((resolve) => (release = resolve));
    return release;
  }

  async commit(entries: readonly LedgerEntry[]): Promise<void> {
    await this.held;
    if (this.away) throw this.away;
    const culprit = idsOf(entries).find((id) => this.poison.has(id));
    if (culprit !== undefined) throw refusal(this.poison.get(culprit) ?? '');
    this.batches.push(idsOf(entries));
  }

  async spool(entries: readonly LedgerEntry[]): Promise<void> {
    if (this.spoolFull) throw new Error('full');
    this.spooled.push(idsOf(entries));
  }

  async park(parked: LedgerEntry): Promise<void> {
    this.parked.push(parked.call.id);
  }

  databaseIsAway(): void {
    this.databaseIsThere = false;
  }
}

const append = (writer: LedgerWriter, id: string): Promise<LedgerUnavailableError | undefined> =>
  new Promise((resolve) => writer.append(entry(id), resolve));

describe('group commit', () => {
  it('commits a lone call at once, and what comes meanwhile together', async () => {
    const sink = new FakeSink();
    const writer = new LedgerWriter(sink);
    const release = sink.hold();
    const first = append(writer, 'a');
    await Promise.resolve();
    await Promise.resolve();
    const others = ['b', 'c', 'd'].map((id) => append(writer, id));
    release();
    expect(await Promise.all([first, ...others])).toEqual([undefined, undefined, undefined, undefined]);
    expect(sink.batches).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('tells nobody before the commit has', async () => {
    const sink = new FakeSink();
    const writer = new LedgerWriter(sink);
    const release = sink.hold();
    let told = false;
    const done = append(writer, 'a').then(() => (told = true));
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(told).toBe(false);
    release();
    await done;
    expect(told).toBe(true);
  });

  it('writes no more than 1,000 calls in one statement', async () => {
    const sink = new FakeSink();
    const writer = new LedgerWriter(sink);
    await Promise.all(Array.from({ length: 2_500 }, (_, index) => append(writer, String(index))));
    expect(sink.batches.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
  });
});

describe('a poisoned value', () => {
  it.each(['22021', '22003', '23514'])('%s: the culprit is parked, everybody is answered', async (code) => {
    const sink = new FakeSink();
    sink.poison = new Map([['c', code]]);
    const writer = new LedgerWriter(sink);
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => append(writer, id)));
    expect(answers.filter(Boolean)).toEqual([]);
    expect(sink.parked).toEqual(['c']);
    expect(sink.batches.flat().toSorted()).toEqual(['a', 'b', 'd', 'e']);
    expect(sink.spooled).toEqual([]);
  });
});

describe('the database away', () => {
  it('an unknown outcome: the same entries go to the spool, and later ones without asking', async () => {
    const sink = new FakeSink();
    sink.away = refusal('57P01');
    const writer = new LedgerWriter(sink);
    expect(await append(writer, 'a')).toBeUndefined();
    sink.away = undefined;
    expect(await append(writer, 'b')).toBeUndefined();
    expect(sink.spooled).toEqual([['a'], ['b']]);
    expect(sink.batches).toEqual([]);
  });

  it('and the spool full: the caller is not answered', async () => {
    const sink = new FakeSink();
    sink.databaseIsThere = false;
    sink.spoolFull = true;
    const answer = await append(new LedgerWriter(sink), 'a');
    expect(answer).toBeInstanceOf(LedgerUnavailableError);
    expect(answer?.code).toBe('ledger_unavailable');
  });
});

describe('flush', () => {
  it('waits for what was appended, also for the batch that is on its way', async () => {
    const sink = new FakeSink();
    const writer = new LedgerWriter(sink);
    for (const id of ['a', 'b']) writer.append(entry(id), () => undefined);
    await writer.flush();
    expect(sink.batches.flat()).toEqual(['a', 'b']);

    const release = sink.hold();
    writer.append(entry('c'), () => undefined);
    await new Promise(setImmediate);
    const flushed = writer.flush();
    release();
    await flushed;
    expect(sink.batches.flat()).toEqual(['a', 'b', 'c']);
  });

  it('but not for what comes after it, where calls never cease', async () => {
    const sink = new FakeSink();
    const writer = new LedgerWriter(sink);
    let left = 1_000;
    const callAgain = (): void => {
      if (left-- > 0) writer.append(entry(String(left)), callAgain);
    };
    // Two callers in turn: whenever a batch is written, the call of the other waits.
    callAgain();
    await Promise.resolve();
    callAgain();
    await writer.flush();
    expect(sink.batches.length).toBeLessThan(5);
  });
});
