/** A mail of text alone, to one person. */
export interface Mail {
  to: string;
  subject: string;
  /** Plain text. */
  text: string;
}

/** Hands mails to whoever delivers them: port and injection token in one. */
export abstract class Mailer {
  /** False when no mail server is set: then nothing can be sent, and whoever would wait for a mail is told so. */
  abstract readonly enabled: boolean;

  /**
   * Resolves when the mail server has taken the mail.
   * @throws {Error} when it has not, or may not have: the caller decides about another try. Its message may name the
   *   address; the log takes that out.
   */
  abstract send(mail: Mail): Promise<void>;
}

/** Where no mail server is set. */
export class NoMailer extends Mailer {
  override readonly enabled = false;

  override send(): Promise<void> {
    return Promise.reject(new Error('no mail can be sent: SMTP_URL and MAIL_FROM are not set'));
  }
}
