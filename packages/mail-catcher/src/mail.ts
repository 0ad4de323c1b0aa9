import { randomUUID } from 'node:crypto';
import PostalMime, { type Email } from 'postal-mime';

/** One mail as it is shown. */
export interface Mail {
  id: string;
  /** ISO, UTC. */
  receivedAt: string;
  /** The sender as the envelope names it; empty for a bounce. */
  from: string;
  /** All whom it was delivered to, blind copies among them. */
  to: string[];
  /** As the header says, with names: `Farebox <farebox@example.com>`. */
  fromHeader: string;
  subject: string;
  text: string;
  /** Null for a mail of text alone. */
  html: string | null;
  headers: { name: string; value: string }[];
  attachments: { filename: string | null; mimeType: string; bytes: number }[];
}

interface Envelope {
  from: string;
  to: string[];
}

/** Reads a message as it came over the wire. */
export async function readMail(raw: Buffer, { from, to }: Envelope): Promise<Mail> {
  const email: Email = await PostalMime.parse(raw);
  return {
    id: randomUUID(),
    receivedAt: new Date().toISOString(),
    from,
    to,
    fromHeader: valueOf(email, 'from'),
    subject: email.subject ?? '',
    text: email.text ?? '',
    html: email.html ?? null,
    headers: email.headers.map(({ key, value }) => ({ name: key, value })),
    attachments: email.attachments.map(({ filename, mimeType, content }) => ({
      filename,
      mimeType,
      bytes: typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength,
    })),
  };
}

function valueOf({ headers }: Email, name: string): string {
  return headers.find(({ key }) => key === name)?.value ?? '';
}
