import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import '../../platform/http/exchange.js';

/** What metering knows of a call of a paid route while it is under way. */
export class MeteredCall {
  private total = 0;
  /** Whether the call was appended to the ledger: once, however often the answer is begun. */
  recorded = false;
  /** The units that stand in the ledger. */
  recordedUnits = 0;
  /** The `Idempotency-Key`, when this call holds it. */
  key: { key: string; fingerprint: string } | undefined;
  /** The answer that was given to the same call before, instead of what the handler would answer. */
  replay: { status: number; headers: Readonly<Record<string, string>>; body: Buffer } | undefined;

  constructor(
    /** Whether the route asks for its bodies to be kept for analytics. */
    readonly recordsBodies: boolean,
  ) {}

  /** The units of this call so far. */
  get units(): number {
    return this.total;
  }

  /**
   * Adds to what the call is worth in a unit of the route's choice: tokens, bytes, rows. Also while a stream is being
   * answered: what is added after its headers is written as a correction when it ends.
   * @throws {RangeError} unless it is a whole number of 0 or more, and the sum within 2^53.
   */
  addUnits(units: number): void {
    const sum = this.total + units;
    if (!Number.isSafeInteger(units) || units < 0 || !Number.isSafeInteger(sum))
      throw new RangeError(`units must be a whole number of 0 or more, not ${String(units)}`);
    this.total = sum;
  }
}

declare module '../../platform/http/exchange.js' {
  interface Exchange {
    /** Set for calls of `@Monetized()` routes, once they were let through. */
    metered?: MeteredCall;
  }
}

/** The call of a `@Monetized()` route, for a handler that counts in units of its own. */
export const CurrentCall = createParamDecorator((_data: unknown, context: ExecutionContext): MeteredCall => {
  const { metered } = context.switchToHttp().getRequest<FastifyRequest>().exchange;
  if (!metered) throw new Error('@CurrentCall() needs a @Monetized() route');
  return metered;
});
