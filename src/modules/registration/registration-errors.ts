import { FareboxError } from '../../platform/errors/farebox-error.js';

/** The email is being registered with other details, which Stripe may have by now. */
export class RegistrationConflictError extends FareboxError {
  constructor() {
    super(
      'registration_conflict',
      'A registration for this email is in progress with other details, another Idempotency-Key or from another address. Repeat the first request to get its token, or request a sign-in link: POST /sign-in.',
    );
  }
}

/** The same registration is being worked on by another request or the sweep. */
export class RegistrationBusyError extends FareboxError {
  constructor() {
    super(
      'billing_unavailable',
      'This registration is in progress. Send the same request again in a moment.',
      { retryAfterSeconds: 2 },
    );
  }
}

/** The catalog allows no registration without a payment method. */
export class PaymentMethodRequiredError extends FareboxError {
  constructor() {
    super(
      'payment_method_required',
      'A payment method is required. Send {"plan": …} to POST /checkout and open the returned URL, or pick a plan at /pricing.',
    );
  }
}

/** No mail server is set, so no link can be sent. */
export class MailUnavailableError extends FareboxError {
  constructor() {
    super(
      'mail_unavailable',
      'Sign-in links are not available: this server cannot send email. Ask the operator of this API for a token.',
    );
  }
}
