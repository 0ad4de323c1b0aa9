import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { findExchange } from '../../../platform/http/exchange.js';

/** Units were counted too late to be billed: the call has been over for too long, or its process ends. */
export class UnitsTooLateError extends Error {
  override readonly name = 'UnitsTooLateError';
}

/** The call of a paid route as its handler sees it. */
export class MeteredCall {
  private total = 0;

  constructor(private readonly owner: { counts(): void }) {}

  /** The units of this call so far. */
  get units(): number {
    return this.total;
  }

  /**
   * Adds units of the route's choice to the call: tokens, bytes, rows. Also while an answer streams, and until ten
   * minutes after it: units after the answer's first byte are written as a correction.
   * @throws {RangeError} unless it is a whole number of 0 or more, and the sum within 2^53.
   * @throws {UnitsTooLateError} when the answer has been over for ten minutes, or the process ends: they are not billed.
   */
  addUnits(units: number): void {
    const sum = this.total + units;
    if (!Number.isSafeInteger(units) || units < 0 || !Number.isSafeInteger(sum))
      throw new RangeError(`units must be a whole number of 0 or more, not ${String(units)}`);
    if (units === 0) return;
    this.owner.counts();
    this.total = sum;
  }
}

/** The call of a `@Monetized()` route, for a handler that counts in units of its own. */
export const CurrentCall = createParamDecorator((_data: unknown, context: ExecutionContext): MeteredCall => {
  const paid = findExchange(context)?.paid;
  if (!paid) throw new Error('@CurrentCall() needs a @Monetized() route');
  return paid.metered;
});
