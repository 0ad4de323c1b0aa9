import type { FastifyReply, FastifyRequest } from 'fastify';
import '../../platform/http/exchange.js';
import { type Chunk, HeldAnswer } from '../../platform/http/held-answer.js';
import type { Replay } from './claimed-key.js';
import type { HeldKey, LedgerCall, LedgerEntry } from './ledger/ledger-entry.js';
import { MeteredCall } from './metered-call.js';

/** Who looks after a paid call. */
export interface PaidCallKeeper {
  /** Its answer begins: it is recorded, and then released or replaced. */
  begins(call: PaidCall, body: Chunk | undefined): void;
  /** Its answer is over, or its connection is. `answered`: something was given before that. */
  closes(call: PaidCall, answered: boolean): void;
  /** Units are added to it. @throws {UnitsTooLateError} */
  counts(call: PaidCall): void;
  /** It never will be answered: it is recorded with a status that nobody saw. */
  givenUp(call: PaidCall, status: number): void;
}

/** A call that was let through to a paid route, from then until nothing can be added to it any more. */
export class PaidCall extends HeldAnswer {
  /** What the handler sees of it. */
  readonly metered = new MeteredCall(this);
  /** As it stands in the ledger; `undefined` until its answer begins. */
  row: LedgerCall | undefined;
  /** The units that stand in the ledger, or are on their way there. */
  recordedUnits = 0;
  /** When that was said last, in milliseconds since the epoch. */
  recordedAt = 0;
  /** A correction that is on its way, or was refused and is tried again. */
  correction: LedgerEntry | undefined;
  correcting = false;
  /** When its answer was over, in milliseconds since the epoch. */
  closedAt: number | undefined;
  /** The `Idempotency-Key`, while this call holds it, and after that when its answer is kept. */
  key: HeldKey | undefined;
  /** The answer that was given to the same call before, instead of what the handler would answer. */
  replay: Replay | undefined;
  /** It was answered 503 instead, as it could not be recorded. */
  refused = false;

  constructor(
    readonly request: FastifyRequest,
    readonly reply: FastifyReply,
    /** Whether the route asks for its bodies to be kept for analytics. */
    readonly recordsBodies: boolean,
    private readonly keeper: PaidCallKeeper,
  ) {
    super(reply.raw, request.id);
  }

  /** Neither it nor its units are billed. */
  get isFree(): boolean {
    return this.refused || this.replay !== undefined;
  }

  /** Units that the ledger does not have. */
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

declare module '../../platform/http/exchange.js' {
  interface Exchange {
    /** Set for calls of `@Monetized()` routes, once they were let through. */
    paid?: PaidCall;
  }
}
