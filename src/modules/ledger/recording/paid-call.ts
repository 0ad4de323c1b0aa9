import type { Exchange } from '../../../platform/http/exchange.js';
import { type Chunk, HeldAnswer } from '../../../platform/http/held-answer.js';
import type { Replay } from '../keys/claimed-key.js';
import type { HeldKey, LedgerCall, LedgerEntry } from '../store/ledger-entry.js';
import { MeteredCall } from './metered-call.js';

/** Handles the events of a paid call. */
export interface PaidCallKeeper {
  /** Its answer begins: it is recorded, and then released or replaced. */
  begins(call: PaidCall, body: Chunk | undefined): void;
  /** Its answer or its connection ended. `answered`: the caller received something before that. */
  closes(call: PaidCall, answered: boolean): void;
  /** Units are added to it. @throws {UnitsTooLateError} */
  counts(call: PaidCall): void;
  /** It will never be answered: it is recorded with a status that no caller saw. */
  givenUp(call: PaidCall, status: number): void;
}

/** A call that was admitted to a paid route, from then until nothing can be added to it any more. */
export class PaidCall extends HeldAnswer {
  /** The handler's view of it. */
  readonly metered = new MeteredCall(this);
  /** As stored in the ledger; `undefined` until its answer begins. */
  row: LedgerCall | undefined;
  /** The units in the ledger, or on their way there. */
  recordedUnits = 0;
  /** When `recordedUnits` was last set, in milliseconds since the epoch. */
  recordedAt = 0;
  /** A correction that is being written, or was refused and is retried. */
  correction: LedgerEntry | undefined;
  correcting = false;
  /** When its answer ended, in milliseconds since the epoch. */
  closedAt: number | undefined;
  /** The `Idempotency-Key`, while this call holds it, and after that when its answer is kept. */
  key: HeldKey | undefined;
  /** The earlier answer to the same call, sent instead of the handler's. */
  replay: Replay | undefined;
  /** It was answered 503 instead, as it could not be recorded. */
  refused = false;

  constructor(
    readonly exchange: Exchange,
    /** Whether the route sets `recordBodies`, which keeps its bodies for analytics. */
    readonly recordsBodies: boolean,
    private readonly keeper: PaidCallKeeper,
  ) {
    super(exchange.response, exchange.id);
  }

  /** Neither it nor its units are billed. */
  get isFree(): boolean {
    return this.refused || this.replay !== undefined;
  }

  /** Units that are not in the ledger. */
  get unrecordedUnits(): number {
    return this.metered.units - this.recordedUnits;
  }

  counts(): void {
    this.keeper.counts(this);
  }

  giveUp(status: number): void {
    this.keeper.givenUp(this, status);
  }

  protected begins(body: Chunk | undefined): void {
    this.keeper.begins(this, body);
  }

  protected closes(answered: boolean): void {
    this.keeper.closes(this, answered);
  }
}

declare module '../../../platform/http/exchange.js' {
  interface Exchange {
    /** Set for calls of `@Monetized()` routes, once they were let through. */
    paid?: PaidCall;
  }
}
