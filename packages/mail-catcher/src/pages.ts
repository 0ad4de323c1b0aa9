import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { html, type Html } from '@farebox/twin-kit';
import type { Mail } from './mail.js';
import type { Mailbox } from './mailbox.js';

const SHOWN = 100;

const style = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1c2430; background: #fff; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: #46505f; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #d5dae1; overflow-wrap: anywhere; }
pre { font-family: inherit; white-space: pre-wrap; overflow-wrap: anywhere; } pre.source { font: .85rem/1.4 ui-monospace, monospace; }
a { color: #0a4fb0; }
@media (prefers-color-scheme: dark) { body { background: #12161c; color: #e4e8ee; } caption { color: #a9b3c1; }
  th, td { border-color: #39424f; } a { color: #8ab8ff; } }`;

const policy = [
  `default-src 'none'`,
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

/** What arrived, for people. Texts are shown as texts, with their links; HTML is shown as its source. */
export function installMailPages(app: FastifyInstance, mailbox: Mailbox): void {
  app.get('/', (_request, reply) => send(reply, 200, listPage(mailbox.list())));
  app.get<{ Params: { id: string } }>('/mails/:id', (request, reply) => {
    const mail = mailbox.get(request.params.id);
    if (!mail) return send(reply, 404, page('No such email', html`<p><a href="/">All emails</a></p>`));
    return send(reply, 200, mailPage(mail));
  });
}

function send(reply: FastifyReply, status: number, content: Html): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .send(content.text);
}

function page(title: string, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${html.trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`;
}

function listPage(mails: readonly Mail[]): Html {
  const rows = mails
    .slice(-SHOWN)
    .toReversed()
    .map(
      (mail) =>
        html`<tr>
          <td>${mail.receivedAt}</td>
          <td>${mail.to.join(', ')}</td>
          <td><a href="/mails/${mail.id}">${mail.subject || '(no subject)'}</a></td>
        </tr>`,
    );
  const none = html`<tr>
    <td colspan="3">Nothing yet</td>
  </tr>`;
  return page(
    'Sandbox inbox',
    html`<p>Emails that the application sent. Nothing leaves this machine. <a href="/">Refresh</a></p>
      <div class="scroll" tabindex="0" role="region" aria-label="Emails">
        <table>
          <caption>
            Newest first, ${SHOWN} at most; as JSON at /_sandbox/mails
          </caption>
          <thead>
            <tr>
              <th scope="col">Received</th>
              <th scope="col">To</th>
              <th scope="col">Subject</th>
            </tr>
          </thead>
          <tbody>
            ${rows.length > 0 ? rows : none}
          </tbody>
        </table>
      </div>`,
  );
}

function mailPage(mail: Mail): Html {
  const source =
    mail.html === null
      ? ''
      : html`<details>
          <summary>HTML</summary>
          <pre class="source">${mail.html}</pre>
        </details>`;
  return page(
    mail.subject || '(no subject)',
    html`<p><a href="/">All emails</a></p>
      <p>From ${mail.fromHeader || mail.from} to ${mail.to.join(', ')}, ${mail.receivedAt}</p>
      <pre id="text">${linked(mail.text)}</pre>
      ${source}
      ${mail.attachments.map(
        ({ filename, mimeType, bytes }) => html`<p>Attached: ${filename} (${mimeType}, ${bytes} bytes)</p>`,
      )}`,
  );
}

/** Addresses in a text as links. */
function linked(text: string): Html[] {
  return text
    .split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/)
    .map((part, i) => (i % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`));
}
