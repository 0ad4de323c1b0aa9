import type { RegistrationRequest } from './registration-intents.js';

/**
 * Proves the email of a registration before it is made. Implemented by `checkout`, whose one-time links do it; bound by
 * its module, which stands above this one.
 */
export abstract class ConfirmationLinks {
  /** False where there is no mail server. */
  abstract readonly canBeSent: boolean;
  /**
   * Has a link sent to the email that makes the registration when it is used, or that signs in if the email has an
   * account by then. At most one email a minute is sent.
   * @param email normalised
   */
  abstract prepareFor(email: string, registration: Omit<RegistrationRequest, 'email'>): Promise<void>;
}
