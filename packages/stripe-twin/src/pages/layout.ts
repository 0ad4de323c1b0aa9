import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { html, type Html } from '@farebox/twin-kit';

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #4d5866; --line: #8a94a3; --paper: #fff; --ground: #f3f5f8;
  --act: #3730a3; --on-act: #fff; --bad: #a3122a; --bad-ground: #fdecee; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf0; --soft: #b3bcc8; --line: #6b7687; --paper: #1a2029;
  --ground: #10141a; --act: #a5b4fc; --on-act: #10141a; --bad: #ffb3bd; --bad-ground: #3a1a20; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
header { padding: .4rem 1rem; text-align: center; font-size: .875rem; background: #ffd479; color: #3d2c00; }
main { max-width: 58rem; margin: 0 auto; padding: 2rem 1rem; display: grid; gap: 1.5rem; }
main.two { grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); align-items: start; }
section { background: var(--paper); border-radius: .75rem; padding: 1.5rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.4rem; line-height: 1.25; } h2 { margin: 0 0 .75rem; font-size: 1.1rem; }
p { margin: 0 0 .75rem; } .soft { color: var(--soft); font-size: .9rem; } .error { color: var(--bad); background: var(--bad-ground);
  border-left: 4px solid; padding: .6rem .8rem; border-radius: .25rem; }
ul.items { list-style: none; margin: 0 0 1rem; padding: 0; } ul.items li { padding: .75rem 0; border-bottom: 1px solid var(--line); }
.row { display: flex; justify-content: space-between; gap: 1rem; } .total { font-size: 1.15rem; font-weight: 600; }
label { display: block; font-weight: 600; margin-top: .9rem; }
input, select { width: 100%; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line);
  border-radius: .4rem; padding: .55rem .7rem; min-height: 2.75rem; } input[aria-invalid] { border-color: var(--bad); }
input[readonly] { background: var(--ground); }
button, a.button { display: inline-block; font: inherit; font-weight: 600; min-height: 2.75rem; padding: .6rem 1.1rem; margin: 1rem .5rem 0 0;
  border: 1px solid var(--act); border-radius: .4rem; background: var(--act); color: var(--on-act); cursor: pointer; text-decoration: none; }
button.plain, a.plain { background: transparent; color: var(--act); } a { color: var(--act); }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .15rem 1rem .15rem 0; vertical-align: top; font-weight: 400; }
code { font: .9rem ui-monospace, monospace; }`;

/**
 * Nothing is loaded from anywhere, and no script runs. `form-action` is left open: browsers hold the redirect after a
 * payment to it as well, and that one leads to the merchant's pages.
 */
const policy = [`default-src 'none'`, `style-src '${hashOf(style)}'`, `base-uri 'none'`];

/** A page, and with `two` the sections beside each other where there is room. */
export function page(title: string, content: Html | Html[], layout: 'one' | 'two' = 'one'): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${html.trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <header>Sandbox: the Stripe twin. No money moves, and only test cards are taken.</header>
        <main class="${layout}">${content}</main>
      </body>
    </html>`;
}

/** A page that says one thing. */
export function notice(title: string, text: string, onward?: { href: string | null; label: string }): Html {
  const link = onward?.href ? html`<p><a class="button" href="${onward.href}">${onward.label}</a></p>` : '';
  return page(
    title,
    html`<section>
      <h1>${title}</h1>
      <p>${text}</p>
      ${link}
    </section>`,
  );
}

interface Sending {
  /** Pages of other origins may show it inside theirs. */
  framed?: boolean;
  /** The one script that it may run. */
  script?: string;
}

export function sendPage(
  reply: FastifyReply,
  status: number,
  content: Html,
  { framed = false, script }: Sending = {},
): FastifyReply {
  const more = [
    ...(framed ? [] : [`frame-ancestors 'none'`]),
    ...(script === undefined ? [] : [`script-src '${hashOf(script)}'`]),
  ];
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy': [...policy, ...more].join('; '),
      'cache-control': 'no-store',
      // The address of a page opens it for whoever has it.
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .send(content.text);
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
