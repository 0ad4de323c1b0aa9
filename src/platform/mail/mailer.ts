/** A mail of text alone, to one person. */
export interface Mail {
  to: string;
  subject: string;
  /** Plain text. */
  text: string;
}

/** Passes mails to a mail server: port and injection token in one. */
export abstract class Mailer {
  /** False when no mail server is set: then nothing can be sent, and a user who would wait for a mail is informed. */
  abstract readonly enabled: boolean;

  /**
   * Resolves when the mail server has taken the mail.
   * @throws {Error} when it has not, or may not have: the caller decides whether to try again. Its message may contain
   * the address, which the log removes.
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
