import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { newId } from '../../../platform/ids/ids.js';
import type { LedgerEntry } from '../store/ledger-entry.js';
import { Ledger } from '../writing/ledger.js';
import { LostCalls } from './lost-calls.js';
import { UnitsTooLateError } from './metered-call.js';
import type { PaidCall } from './paid-call.js';

/** How long after its answer a call accepts units. */
export const LATE_UNITS_MS = 10 * 60_000;
/** How often the units of a streaming answer are written, checked once a second: a killed process loses 5 s at most. */
export const STREAM_UNITS_MS = 4_000;
/** How long a handler may take to answer a caller that has disconnected. */
export const UNANSWERED_MS = 60_000;
const LOOK_MS = 1_000;

/** The caller disconnected, and nothing was answered: nginx's "client closed request". */
const CLOSED_BY_CALLER = 499;
/** The process ended before it answered. */
const CUT_OFF = 503;

/**
 * Calls with units that are not in the ledger. Units after the row of a call are written as corrections: for a streaming
 * answer at intervals and when it ends, for a finished one within a second, and all of them before the process ends.
 */
@Injectable()
export class UnitCorrections implements OnModuleInit {
  private readonly open = new Set<PaidCall>();
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    private readonly lost: LostCalls,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.shutdown.drain(() => this.finish());
  }

  /** Units are about to be added to a call. @throws {UnitsTooLateError} */
  counts(call: PaidCall): void {
    if (this.ended) throw new UnitsTooLateError('the process ends: units are not taken any more');
    if (call.closedAt !== undefined && this.clock.ms() - call.closedAt > LATE_UNITS_MS)
      throw new UnitsTooLateError('the answer has been over for ten minutes: units are not taken any more');
    this.watch(call);
  }

  /** The row of a call has all its units. */
  recorded(call: PaidCall): void {
    this.open.delete(call);
  }

  closes(call: PaidCall, answered: boolean): void {
    if (!answered) this.watch(call);
    else if (this.open.has(call)) this.look(call, false);
  }

  /** Writes the corrections that are due. Called once a second while there are open calls. */
  look(call: PaidCall, ending: boolean): void {
    if (call.isFree) this.open.delete(call);
    else if (!call.row) this.lookAtUnanswered(call, ending);
    else if (call.correcting) return;
    else if (call.unrecordedUnits === 0 && !call.correction) this.open.delete(call);
    else if (ending || call.closedAt !== undefined || this.streamIsDue(call)) this.correct(call);
  }

  lookAtAll(ending = this.shutdown.inProgress): void {
    for (const call of this.open) this.look(call, ending);
  }

  private watch(call: PaidCall): void {
    this.open.add(call);
    this.timer ??= setTimeout(() => this.tick(), LOOK_MS).unref();
  }

  private tick(): void {
    this.timer = undefined;
    // Calls in progress may go on: an answer is given up when the process ends, not when shutdown begins.
    for (const call of this.open) this.look(call, this.shutdown.inProgress && call.row !== undefined);
    if (this.open.size > 0) this.timer ??= setTimeout(() => this.tick(), LOOK_MS).unref();
  }

  private lookAtUnanswered(call: PaidCall, ending: boolean): void {
    const { closedAt } = call;
    if (closedAt === undefined) {
      if (ending) call.giveUp(CUT_OFF);
    } else if (ending || this.clock.ms() - closedAt >= UNANSWERED_MS) call.giveUp(CLOSED_BY_CALLER);
  }

  private streamIsDue(call: PaidCall): boolean {
    return this.clock.ms() - call.recordedAt >= STREAM_UNITS_MS;
  }

  private correct(call: PaidCall): void {
    const entry = (call.correction ??= correctionOf(call));
    call.recordedAt = this.clock.ms();
    call.correcting = true;
    this.ledger.append(entry, (error) => {
      call.correcting = false;
      if (error && this.ended) {
        this.open.delete(call);
        this.lost.add(entry.call.units + call.unrecordedUnits, error.cause);
      }
      // Refused: the same entry is retried, so that it is stored once whatever the outcome was.
      else if (error) this.watch(call);
      else {
        call.correction = undefined;
        if (call.unrecordedUnits === 0) this.open.delete(call);
      }
    });
  }

  /** Writes everything, and from then on nothing more. */
  private async finish(): Promise<void> {
    clearTimeout(this.timer);
    this.lookAtAll(true);
    await this.ledger.flush();
    // Calls that came meanwhile, and units after a correction that was being written or refused.
    this.ended = true;
    while (this.open.size > 0) {
      this.lookAtAll(true);
      await this.ledger.flush();
    }
  }
}

function correctionOf(call: PaidCall): LedgerEntry {
  const { row, key } = call;
  if (!row) throw new Error('a correction is of a call in the ledger');
  const units = call.unrecordedUnits;
  call.recordedUnits += units;
  return {
    call: { ...row, id: newId(), units, corrects: row.id },
    exchange: null,
    answer: null,
    releasedKey: null,
    ...(key ? { heldKey: key } : {}),
  };
}
