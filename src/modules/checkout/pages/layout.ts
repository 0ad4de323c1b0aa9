import type { Exchange } from '../../../platform/http/exchange.js';
import { type Html, html } from '../../../platform/http/html.js';

/** As strict as on the pages under `public/`: nothing inline, nothing from elsewhere. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  // The address contains the session, or a link's secret.
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
  'content-type': 'text/html; charset=utf-8',
};

const STYLES = [
  'tokens',
  'base',
  'components/controls',
  'components/surfaces',
  'components/code',
  'pages/checkout',
];

/** The pages of this module, by the end of their route. */
const OWN_PATH = /\/(?:checkout\/(?:return|link(?:\/mail)?)|sign-in(?:\/mail)?)$/;

/** All but the home page and the API reference, which are those of the application around us. */
const OUR_ADDRESSES = /(href|src|action)="\/(?!"|docs")/g;

/** Answers with a page. Its addresses, written as from the root, get the prefix under which our routes are. */
export function sendPage(exchange: Exchange, status: number, content: Html): void {
  const prefix = prefixOf(exchange.route);
  exchange.send(status, HEADERS, content.text.replaceAll(OUR_ADDRESSES, `$1="${prefix}/`));
}

/** What stands before our own path in the route of a page: `/api/v1`, or nothing. */
export function prefixOf(route = ''): string {
  return route.slice(0, OWN_PATH.exec(route)?.index ?? 0);
}

/** A page with one card. @param script one of `public/scripts/`, when the page needs one */
export function page(title: string, content: Html, script?: string): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Farebox</title>
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        ${STYLES.map((style) => html`<link rel="stylesheet" href="/styles/${style}.css" />`)}
        ${script === undefined ? '' : html`<script type="module" src="/scripts/${script}.js"></script>`}
      </head>
      <body>
        <header class="site-header">
          <a class="brand" href="/"><img src="/favicon.svg" alt="" width="28" height="28" />Farebox</a>
          <nav aria-label="Documentation"><a class="nav-link" href="/docs">API reference</a></nav>
        </header>
        <main id="main" class="checkout">
          <section class="card stack" aria-labelledby="heading">
            <h1 id="heading" class="checkout-heading">${title}</h1>
            ${content}
          </section>
        </main>
        <p class="visually-hidden" id="announcer" role="status"></p>
      </body>
    </html> `;
}
