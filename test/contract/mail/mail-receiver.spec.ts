import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createTransport, type Transporter } from 'nodemailer';
import { startProcess, type RunningProcess } from '../../support/processes.js';

const MAIN = fileURLToPath(new URL('../../../packages/mail-catcher/dist/main.js', import.meta.url));
const FROM = 'Farebox <farebox@sandbox.example>';

interface Shown {
  id: string;
  subject: string;
  to: string[];
}

let dir: string;
let receiver: RunningProcess;
let url: string;
let smtp: string;
let mailer: Transporter;

async function start(): Promise<void> {
  receiver = await startProcess({ script: MAIN, args: ['--data', dir], ready: 'message' });
  url = (receiver.messages as { listening: string }[])[0]?.listening ?? '';
  smtp = ((await (await fetch(`${url}/_sandbox/health`)).json()) as { smtp: string }).smtp;
  mailer = createTransport(smtp);
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mail-receiver-'));
  await start();
});
afterEach(async () => {
  await receiver.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

const mails = async (query = ''): Promise<Shown[]> =>
  (await (await fetch(`${url}/_sandbox/mails${query}`)).json()) as Shown[];

const command = (path: string, body: object): Promise<Response> =>
  fetch(`${url}/_sandbox/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

it('takes a mail with all its parts, and shows them', async () => {
  await mailer.sendMail({
    from: FROM,
    to: 'Ada <ada@example.com>',
    bcc: 'Blind@example.com',
    subject: 'Größe ✓ & <Rest>',
    text: 'Straße 1\nhttps://example.com/in?a=1&b=2.',
    html: '<p onclick="alert(1)">Straße 1</p>',
    attachments: [{ filename: 'invoice.csv', content: 'a,b\n' }],
  });
  const [mail, ...others] = await mails();
  expect(others).toEqual([]);
  expect(mail).toMatchObject({
    from: 'farebox@sandbox.example',
    fromHeader: FROM,
    to: ['ada@example.com', 'Blind@example.com'],
    subject: 'Größe ✓ & <Rest>',
    text: expect.stringContaining('Straße 1\nhttps://example.com/in?a=1&b=2.'),
    html: expect.stringContaining('<p onclick="alert(1)">Straße 1</p>'),
    receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    headers: expect.arrayContaining([{ name: 'message-id', value: expect.stringContaining('@') }]),
    attachments: [{ filename: 'invoice.csv', mimeType: 'text/csv', bytes: 4 }],
  });
  expect(await (await fetch(`${url}/_sandbox/mails/${mail?.id}`)).json()).toEqual(mail);
  expect((await fetch(`${url}/_sandbox/mails/none`)).status).toBe(404);

  const list = await (await fetch(`${url}/`)).text();
  expect(list).toContain(`<a href="/mails/${mail?.id}">Größe ✓ &amp; &lt;Rest&gt;</a>`);
  const answer = await fetch(`${url}/mails/${mail?.id}`);
  const page = await answer.text();
  expect(page).toContain('<a href="https://example.com/in?a=1&amp;b=2">');
  expect(page).toContain('&lt;p onclick=&quot;alert(1)&quot;&gt;');
  expect(page).not.toContain('<p onclick');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect((await fetch(`${url}/mails/none`)).status).toBe(404);
});

it('lists the oldest first, by receiver and number', async () => {
  for (const [to, subject] of [
    ['ada@example.com', '1'],
    ['bob@example.com', '2'],
    ['ADA@example.com', '3'],
  ] as const) {
    await mailer.sendMail({ from: FROM, to, subject, text: 'x' });
  }
  const subjects = async (query: string): Promise<string[]> =>
    (await mails(query)).map(({ subject }) => subject);
  expect(await subjects('')).toEqual(['1', '2', '3']);
  expect(await subjects('?to=ada@example.com')).toEqual(['1', '3']);
  expect(await subjects('?limit=2')).toEqual(['2', '3']);
  expect((await fetch(`${url}/_sandbox/mails?too=1`)).status).toBe(400);
});

it('has what it said it took after a hard kill, and nothing after a reset', async () => {
  await mailer.sendMail({ from: FROM, to: 'ada@example.com', subject: 'Kept', text: 'x' });
  await receiver.kill('SIGKILL');
  await start();
  expect((await mails()).map(({ subject }) => subject)).toEqual(['Kept']);
  expect((await command('reset', {})).status).toBe(204);
  expect(await mails()).toEqual([]);
});

it('refuses as often as it is told to, with that code', async () => {
  await command('refuse', { code: 451, times: 2 });
  const send = (): Promise<unknown> =>
    mailer.sendMail({ from: FROM, to: 'ada@example.com', subject: 'Again', text: 'x' });
  await expect(send()).rejects.toMatchObject({ responseCode: 451 });
  await expect(send()).rejects.toMatchObject({ responseCode: 451 });
  expect(await mails()).toEqual([]);
  await send();
  expect(await mails()).toHaveLength(1);
  expect((await command('refuse', { code: 200 })).status).toBe(400);
});

it('does not take what is too large', async () => {
  const text = 'x'.repeat(70).concat('\r\n').repeat(160_000);
  await expect(
    mailer.sendMail({ from: FROM, to: 'ada@example.com', subject: 'Large', text }),
  ).rejects.toMatchObject({ responseCode: 552 });
  expect(await mails()).toEqual([]);
});

it('listens on loopback alone, outlives a client that hangs up, and ends on SIGTERM', async () => {
  expect(new URL(smtp).hostname).toBe('127.0.0.1');
  const client = connect(Number(new URL(smtp).port), '127.0.0.1');
  await once(client, 'data');
  client.write('EHLO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nSubject: half');
  await once(client, 'data');
  client.resetAndDestroy();
  await mailer.sendMail({ from: FROM, to: 'ada@example.com', subject: 'Whole', text: 'x' });
  expect((await mails()).map(({ subject }) => subject)).toEqual(['Whole']);
  await receiver.kill('SIGTERM');
  expect(await receiver.exited).toEqual({ code: 0, signal: null });
});
