import { Injectable } from '@nestjs/common';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
import { normaliseEmail } from '../../accounts/index.js';
import { AccessLinks } from '../checkout/access-links.js';

/** No mail server is set, so no link can be sent. */
export class MailUnavailableError extends FareboxError {
  constructor() {
    super(
      'mail_unavailable',
      'Sign-in links are not available: this server cannot send email. Ask the operator of this API for a token.',
    );
  }
}

/** The way back after losing the token: a link by mail. */
@Injectable()
export class SignInService {
  constructor(private readonly links: AccessLinks) {}

  /**
   * Has a sign-in link sent if the email has an account. Neither the outcome nor the work reveals whether it has.
   * @throws {MailUnavailableError} {DatabaseUnavailableError}
   */
  async sendLink(email: string): Promise<void> {
    if (!this.links.canBeSent) throw new MailUnavailableError();
    await this.links.prepareFor(normaliseEmail(email));
  }
}
