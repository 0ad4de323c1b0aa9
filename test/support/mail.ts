import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import { startProcess, until } from './processes.js';

const MAIN = fileURLToPath(new URL('../../packages/mail-catcher/dist/main.js', import.meta.url));
const dirs: string[] = [];

afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

export interface ReceivedMail {
  to: string[];
  subject: string;
  text: string;
  html: string | null;
  headers: { name: string; value: string }[];
}

/** A running receiver of mails. It ends with the test file. */
export interface Mails {
  /** SMTP_URL and MAIL_FROM for the application. */
  settings: Readonly<Record<string, string>>;
  /** All to this address, the oldest first. */
  list(to: string): Promise<ReceivedMail[]>;
  /** Waits for the first to this address after so many, and reads the link in it. */
  link(to: string, after?: number): Promise<string>;
  /** Refuses the next mails with this code. */
  refuse(code: number, times: number): Promise<void>;
}

export async function startMails(): Promise<Mails> {
  const dir = mkdtempSync(join(tmpdir(), 'farebox-mails-'));
  dirs.push(dir);
  const receiver = await startProcess({ script: MAIN, args: ['--data', dir], ready: 'message' });
  const url = (receiver.messages as { listening: string }[])[0]?.listening ?? '';
  const { smtp } = (await (await fetch(`${url}/_sandbox/health`)).json()) as { smtp: string };
  const list = async (to: string): Promise<ReceivedMail[]> =>
    (await (await fetch(`${url}/_sandbox/mails?to=${encodeURIComponent(to)}`)).json()) as ReceivedMail[];
  return {
    settings: { SMTP_URL: smtp, MAIL_FROM: 'Farebox <farebox@sandbox.example>' },
    list,
    link: async (to, after = 0) => {
      const mail = await until(async () => (await list(to))[after]);
      return /https?:\/\/\S+\/checkout\/link\?token=\S+/.exec(mail.text)?.[0] ?? '';
    },
    refuse: async (code, times) => {
      await fetch(`${url}/_sandbox/refuse`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code, times }),
      });
    },
  };
}
