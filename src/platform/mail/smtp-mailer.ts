import { createTransport } from 'nodemailer';
import { type Mail, Mailer } from './mailer.js';

/** Together well below the lease of a mail that is being sent. In milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
const SOCKET_TIMEOUT_MS = 10_000;

/** Sends by SMTP. */
export class SmtpMailer extends Mailer {
  override readonly enabled = true;
  private readonly transport;

  /**
   * @param url `smtp://user:password@host:587` or `smtps://…`
   * @param from an address, or `Name <address>`
   */
  constructor(
    url: string,
    private readonly from: string,
  ) {
    super();
    this.transport = createTransport({
      url,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      greetingTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      // Texts are complete: nothing is read from files or addresses.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  override async send({ to, subject, text }: Mail): Promise<void> {
    // As an object, so that nothing in the address is read as a list of several.
    await this.transport.sendMail({ from: this.from, to: { name: '', address: to }, subject, text });
  }
}
