import { FareboxError } from '../../platform/errors/farebox-error.js';

/** The email is being registered with other details, which Stripe may have by now. */
export class RegistrationConflictError extends FareboxError {
  constructor() {
    super(
      'registration_conflict',
      'A registration for this email has begun with other details, another Idempotency-Key or from elsewhere, and is being finished. Send the first request again to get its token, or have a sign-in link sent to the email: POST /sign-in.',
    );
  }
}

/** The same registration is being worked on by another request or the sweep. */
export class RegistrationBusyError extends FareboxError {
  constructor() {
    super(
      'billing_unavailable',
      'This registration is being finished. Send the same request again in a moment.',
      { retryAfterSeconds: 2 },
    );
  }
}

/** The catalogue lets nobody register without a payment method. */
export class PaymentMethodRequiredError extends FareboxError {
  constructor() {
    super(
      'payment_method_required',
      'A subscription begins with a payment method here. Send {"plan": …} to POST /checkout, and open the address that it answers; or choose a plan at /pricing.',
    );
  }
}
