import { Injectable } from '@nestjs/common';
import { normaliseEmail } from '../../accounts/index.js';
import { MailUnavailableError } from '../../registration/index.js';
import { AccessLinks } from '../access-links.js';

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
