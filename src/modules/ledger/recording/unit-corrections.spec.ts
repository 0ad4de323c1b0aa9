import { beforeEach, describe, expect, it } from '@jest/globals';
import { TestClock } from '../../../../test/support/test-clock.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { LedgerUnavailableError } from '../store/ledger-errors.js';
import type { LedgerEntry } from '../store/ledger-entry.js';
import type { Ledger } from '../writing/ledger.js';
import { LostCalls } from './lost-calls.js';
import { MeteredCall, UnitsTooLateError } from './metered-call.js';
import type { PaidCall } from './paid-call.js';
import { LATE_UNITS_MS, STREAM_UNITS_MS, UnitCorrections, UNANSWERED_MS } from './unit-corrections.js';
import { initialised } from '../../../../test/support/initialised.js';

let clock: TestClock;
let shutdown: Shutdown;
let corrections: UnitCorrections;
let written: LedgerEntry[];
let refuses: boolean;
let answers: 'at once' | 'later';
let answer: () => void;
let flushes: () => unknown;
let metrics: Metrics;

beforeEach(() => {
  const log = Log.create('silent');
  clock = new TestClock(new Date('2026-03-01T00:00:00Z'));
  shutdown = new Shutdown(log);
  metrics = new Metrics();
  [written, refuses, answers, flushes] = [[], false, 'at once', () => undefined];
  const ledger = {
    append: (entry: LedgerEntry, done: (error?: Error) => void) => {
      if (refuses) return done(new LedgerUnavailableError(new Error('the disk is full')));
      // The same entry twice is one row.
      if (!written.some(({ call }) => call.id === entry.call.id)) written.push(entry);
      if (answers === 'later') answer = done;
      else done();
    },
    flush: async () => void flushes(),
  } as unknown as Ledger;
  corrections = initialised(new UnitCorrections(ledger, clock, new LostCalls(clock, metrics, log), shutdown));
});

/** A call as it is after its answer began, or before. */
function newCall(begun = true): PaidCall {
  const call = new StandIn(begun);
  return call as unknown as PaidCall;
}

class StandIn {
  readonly metered: MeteredCall = new MeteredCall({ counts: () => corrections.counts(this as never) });
  row: { id: string; status: number } | undefined;
  recordedUnits = 0;
  recordedAt = clock.ms();
  isFree = false;

  constructor(begun: boolean) {
    if (begun) this.giveUp(200);
  }

  get unrecordedUnits(): number {
    return this.metered.units - this.recordedUnits;
  }

  giveUp(status: number): void {
    this.row = { id: 'the-call', status };
    this.recordedUnits = this.metered.units;
  }
}

const end = (call: PaidCall): void => {
  call.closedAt = clock.ms();
  corrections.closes(call, call.row !== undefined);
};
const lostUnits = async () =>
  /^farebox_ledger_units_lost_total (\d+)$/m.exec(await metrics.registry.metrics())?.[1];
const units = () => written.map(({ call }) => call.units);

describe('units of an answer that streams', () => {
  it('are written every few seconds, and when it ends', () => {
    const call = newCall();
    call.metered.addUnits(10);
    corrections.lookAtAll();
    expect(units()).toEqual([]);
    clock.advance(STREAM_UNITS_MS);
    corrections.lookAtAll();
    expect(units()).toEqual([10]);
    call.metered.addUnits(7);
    end(call);
    expect(units()).toEqual([10, 7]);
    expect(written.map(({ call: { corrects } }) => corrects)).toEqual(['the-call', 'the-call']);
  });

  it('are written before the process ends, and those that come later are refused', async () => {
    const call = newCall();
    call.metered.addUnits(10);
    await shutdown.run();
    expect(units()).toEqual([10]);
    expect(() => call.metered.addUnits(1)).toThrow(UnitsTooLateError);
    expect(call.metered.units).toBe(10);
  });
});

describe('units that come after the answer', () => {
  it('are written within ten minutes, and refused after them', () => {
    const call = newCall();
    end(call);
    clock.advance(LATE_UNITS_MS);
    call.metered.addUnits(50);
    corrections.lookAtAll();
    expect(units()).toEqual([50]);
    clock.advance(1);
    expect(() => call.metered.addUnits(1)).toThrow(UnitsTooLateError);
  });

  it('that the ledger refuses are tried again, as the same row', () => {
    const call = newCall();
    end(call);
    refuses = true;
    call.metered.addUnits(50);
    corrections.lookAtAll();
    call.metered.addUnits(5);
    corrections.lookAtAll();
    refuses = false;
    corrections.lookAtAll();
    corrections.lookAtAll();
    expect(units()).toEqual([50, 5]);
  });

  it('are not written for a call that was answered 503, as it could not be recorded', () => {
    const call = newCall();
    Object.assign(call, { isFree: true });
    end(call);
    call.metered.addUnits(50);
    corrections.lookAtAll();
    expect(units()).toEqual([]);
  });

  it('that the ledger still refuses when the process ends are counted as lost', async () => {
    const call = newCall();
    end(call);
    refuses = true;
    call.metered.addUnits(50);
    await shutdown.run();
    expect(await metrics.registry.metrics()).toMatch(/^farebox_ledger_calls_lost_total 1$/m);
  });

  it('after others that the ledger refused until the process ends are written with them', async () => {
    const call = newCall();
    end(call);
    refuses = true;
    call.metered.addUnits(50);
    corrections.lookAtAll();
    call.metered.addUnits(7);
    flushes = () => (refuses = false);
    await shutdown.run();
    expect(units()).toEqual([50, 7]);
    expect(await lostUnits()).toBe('0');
  });

  it('after others that the ledger still refuses are counted as lost with them, of one call', async () => {
    const call = newCall();
    end(call);
    refuses = true;
    call.metered.addUnits(50);
    corrections.lookAtAll();
    call.metered.addUnits(7);
    await shutdown.run();
    const text = await metrics.registry.metrics();
    expect(text).toMatch(/^farebox_ledger_calls_lost_total 1$/m);
    expect(await lostUnits()).toBe('57');
  });

  it('while a correction of the same call is on its way are written before the process ends', async () => {
    const call = newCall();
    call.metered.addUnits(50);
    answers = 'later';
    flushes = () => {
      if (call.metered.units < 57) call.metered.addUnits(7);
      else answer();
    };
    await shutdown.run();
    expect(units()).toEqual([50, 7]);
  });
});

describe('a call that is not answered', () => {
  it('is waited for when its caller hung up, and then recorded as such', () => {
    const call = newCall(false);
    call.metered.addUnits(3);
    end(call);
    clock.advance(UNANSWERED_MS - 1);
    corrections.lookAtAll();
    expect(call.row).toBeUndefined();
    clock.advance(1);
    corrections.lookAtAll();
    expect([call.row?.status, call.recordedUnits]).toEqual([499, 3]);
  });

  it('because the process ends is recorded with what it counted', async () => {
    const call = newCall(false);
    call.metered.addUnits(3);
    await shutdown.run();
    expect([call.row?.status, call.recordedUnits]).toEqual([503, 3]);
  });
});
