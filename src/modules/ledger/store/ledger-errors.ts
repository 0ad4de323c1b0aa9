import { FareboxError } from '../../../platform/errors/farebox-error.js';

/** The call can be written neither to the database nor to the spool: it must not be answered, or it would be free. */
export class LedgerUnavailableError extends FareboxError {
  constructor(cause?: unknown) {
    super(
      'ledger_unavailable',
      'Paid calls cannot be recorded at the moment, so they are not answered and cost nothing.',
      {
        cause,
        retryAfterSeconds: 5,
      },
    );
  }
}

/** Classes 22 (data exception) and 23 (integrity): the server will never accept this value, however often it is retried. */
export function isPoisoned(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^2[23][0-9A-Z]{3}$/.test(code);
}
