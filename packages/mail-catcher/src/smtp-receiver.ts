import type { AddressInfo } from 'node:net';
import { callbackify } from 'node:util';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { readMail, type Mail } from './mail.js';

const MAX_BYTES = 10 * 1024 * 1024;
const CLOSE_TIMEOUT_MS = 1_000;

export interface ReceiverOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Keeps a mail. The sender hears that it was taken once this has returned. */
  deliver(mail: Mail): void;
  /** The code to refuse the next mail with, or nothing to take it. */
  refusal(): number | undefined;
}

/** Takes every mail for everybody, without a password and without encryption: for loopback only. */
export class SmtpReceiver {
  private readonly server: SMTPServer;

  constructor(private readonly options: ReceiverOptions) {
    this.server = new SMTPServer({
      name: 'sandbox',
      banner: 'Farebox sandbox: nothing is sent on',
      disabledCommands: ['STARTTLS', 'AUTH'],
      authOptional: true,
      disableReverseLookup: true,
      size: MAX_BYTES,
      rejectOversized: true,
      closeTimeout: CLOSE_TIMEOUT_MS,
      onData: callbackify((stream: SMTPServerDataStream, session: SMTPServerSession) =>
        this.receive(stream, session),
      ),
    });
    // A client that hangs up in the middle is its own affair.
    this.server.on('error', (error) => console.error(error.message));
  }

  /** @returns the address for SMTP_URL */
  listen(): Promise<string> {
    const { host, port } = this.options;
    return new Promise((done, fail) => {
      this.server.server.once('error', fail);
      this.server.listen(port, host, () => {
        const { port: chosen } = this.server.server.address() as AddressInfo;
        done(`smtp://${host.includes(':') ? `[${host}]` : host}:${chosen}`);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((done) => this.server.close(() => done()));
  }

  private async receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      // The rest is read and dropped: the server answers that it was too large.
      if (bytes <= MAX_BYTES) chunks.push(chunk);
    }
    if (stream.sizeExceeded) return;
    const code = this.options.refusal();
    if (code !== undefined) {
      throw Object.assign(new Error('The sandbox was told to refuse this mail'), { responseCode: code });
    }
    const { mailFrom, rcptTo } = session.envelope;
    const from = mailFrom === false ? '' : mailFrom.address;
    this.options.deliver(
      await readMail(Buffer.concat(chunks), { from, to: rcptTo.map(({ address }) => address) }),
    );
  }
}
