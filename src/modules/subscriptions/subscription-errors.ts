import { FareboxError, InvalidFieldsError } from '../../platform/errors/farebox-error.js';

/** The provider will never make the change, also when retried; nothing was changed. */
export class ChangeRefusedError extends FareboxError {
  constructor(publicMessage: string, cause?: unknown) {
    super('change_refused', publicMessage, { cause });
  }
}

/** Another change of the same account is in progress. */
export class ChangeBusyError extends FareboxError {
  constructor() {
    super(
      'billing_unavailable',
      'Another change of this account is being made. Send the same request again in a moment.',
      { retryAfterSeconds: 2 },
    );
  }
}

export class UnknownPlanError extends InvalidFieldsError {
  constructor(known: readonly string[]) {
    super([{ field: 'plan', message: `is not a plan on offer; choose one of: ${known.join(', ')}` }]);
  }
}
