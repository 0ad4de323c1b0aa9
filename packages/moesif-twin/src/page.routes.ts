import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { eventView } from './event-shape.js';
import { html, type Html } from '@farebox/twin-kit';
import { countsOf } from './inspection.routes.js';
import { isObject, type JsonObject } from './json.js';
import type { TwinState } from './twin-state.js';

const shownEvents = 50;
const shownProfiles = 50;

const style = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #1c2430; }
h2 { margin-top: 2.5rem; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: #46505f; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #d5dae1; }
code, pre { font: 0.85rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; } pre { white-space: pre-wrap; }
summary { cursor: pointer; } a { color: #0a4fb0; }
@media (prefers-color-scheme: dark) {
  body { background: #12161c; color: #e4e8ee; } th, td { border-color: #39424f; } caption { color: #a9b3c1; } a { color: #8ab8ff; }
}`;

const policy = [
  `default-src 'none'`,
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

/** A page at `/` that shows a person what arrived. Rendered here, without a script. */
export async function pageRoutes(scope: FastifyInstance, state: TwinState): Promise<void> {
  scope.get('/', async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .headers({ 'content-security-policy': policy, 'cache-control': 'no-store' })
      .send(page(state).text),
  );
}

function page(state: TwinState): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Moesif emulator</title>
        ${html.trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <main>
          <h1>Moesif emulator</h1>
          <p>Events sent to Moesif (emulated). <a href="/">Refresh</a></p>
          ${totals(state)} ${events(state)} ${profiles('Users', 'users', state.views.users())}
          ${profiles('Companies', 'companies', state.views.companies())}
          ${profiles('Subscriptions', 'subscriptions', state.views.subscriptions())}
        </main>
      </body>
    </html>`;
}

function totals(state: TwinState): Html {
  const rows = Object.entries(countsOf(state)).map(
    ([name, count]) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td>${count}</td>
      </tr>`,
  );
  return table('Totals', 'Since the last reset, as JSON at /_sandbox/counts', ['What', 'Count'], rows);
}

function events(state: TwinState): Html {
  const rows = state.events
    .newest(shownEvents)
    .map(eventView)
    .toReversed()
    .map((event) => {
      const request = event['request'] as JsonObject;
      const response = event['response'] as JsonObject;
      return html`<tr>
        <td>${request['time']}</td>
        <td>${request['verb']} ${request['route']}</td>
        <td>${response['status']}</td>
        <td>${event['user_id']}</td>
        <td>${event['company_id']}</td>
        <td>${details(event)}</td>
      </tr>`;
    });
  const heads = ['Time', 'Call', 'Status', 'User', 'Company', 'Event'];
  return table(
    'Live event log',
    `Newest first, ${shownEvents} at most; more at /_sandbox/events`,
    heads,
    rows,
  );
}

function profiles(title: string, path: string, all: JsonObject[]): Html {
  const rows = all
    .slice(-shownProfiles)
    .toReversed()
    .map((profile) => {
      const [, id] = Object.entries(profile)[0] ?? [];
      return html`<tr>
        <td>${id}</td>
        <td>${profile['company_id']}</td>
        <td>${summaryOf(profile)}</td>
        <td>${details(profile)}</td>
      </tr>`;
    });
  const about = `Newest first, ${shownProfiles} at most; more at /_sandbox/${path}`;
  return table(title, about, ['Id', 'Company', 'Email or status', 'Profile'], rows);
}

function summaryOf(profile: JsonObject): unknown {
  const metadata = isObject(profile['metadata']) ? profile['metadata'] : {};
  const stripe = isObject(metadata['stripe']) ? metadata['stripe'] : {};
  const customer = isObject(stripe['customer']) ? stripe['customer'] : {};
  const subscription = isObject(stripe['subscription']) ? stripe['subscription'] : {};
  return metadata['email'] ?? customer['email'] ?? profile['status'] ?? subscription['status'];
}

function details(object: JsonObject): Html {
  return html`<details>
    <summary>JSON</summary>
    <pre>${JSON.stringify(object, null, 2)}</pre>
  </details>`;
}

function table(title: string, caption: string, heads: string[], rows: Html[]): Html {
  const body =
    rows.length > 0
      ? rows
      : [
          html`<tr>
            <td colspan="${heads.length}">Nothing yet</td>
          </tr>`,
        ];
  return html`<h2>${title}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="${title}">
      <table>
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            ${heads.map((head) => html`<th scope="col">${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>`;
}
