import {
  FareboxError,
  type FieldProblem,
  InvalidFieldsError,
} from '../../../platform/errors/farebox-error.js';

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
