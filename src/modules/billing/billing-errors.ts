import { FareboxError, type FieldProblem, InvalidFieldsError } from '../../platform/errors/farebox-error.js';

/**
 * The provider cannot be reached, or refuses our key or set-up. The caller may try again; `cause` shows the operator
 * how to fix it.
 */
export class BillingUnavailableError extends FareboxError {
  constructor(cause: Error, retryAfterSeconds = 10) {
    super(
      'billing_unavailable',
      'The billing service does not answer at the moment. Your request is kept: send the same again and it carries on.',
      { cause, retryAfterSeconds },
    );
  }
}

/** The provider refuses this customer: the caller must change the field. */
export class CustomerRefusedError extends InvalidFieldsError {
  constructor(field: FieldProblem, cause: unknown) {
    super([field], cause);
  }
}

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
