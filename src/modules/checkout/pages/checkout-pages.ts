import { type Html, html } from '../../../platform/http/html.js';
import type { HandedOut, ReturnOutcome } from '../checkout-return.service.js';
import type { LinkState } from '../link-redemption.service.js';
import { page } from './layout.js';

const REVOKES =
  'This confirms your email address: tokens that were issued before, to you or to anyone else, stop working.';
const PLANS = html`<p><a href="/pricing">See the plans</a></p>`;
const ANOTHER_WAY = html`<p>This server cannot send email. Ask the operator of this API for a new token.</p>`;

export interface Answer {
  status: number;
  page: Html;
}

/** The page for each way of coming back from the payment page. @param base the address of our routes, for the line to paste */
export function returnPage(outcome: ReturnOutcome, base: string): Answer {
  switch (outcome.kind) {
    case 'token':
      return { status: 200, page: tokenPage(outcome, base) };
    case 'shown':
      return {
        status: 200,
        page: page(
          'You are subscribed',
          html`<p>Your token was already shown. It is shown once and not stored.</p>
            ${mailForm(outcome, 'If you did not copy it, request a link to a new one. It is sent to the address you paid with.')}`,
        ),
      };
    case 'proof':
      return {
        status: 200,
        page: page(
          'One more step',
          html`<p>
              Thank you, we received your payment. To finish, open the link in the email we sent to the
              address you paid with, and confirm.
            </p>
            ${mailForm(outcome, 'If it does not arrive, check your spam folder, or request it again.')}`,
        ),
      };
    case 'open':
      return plain(
        409,
        'Not paid yet',
        'The payment is not complete. Return to the payment page, or start again.',
      );
    case 'expired':
      return plain(410, 'This checkout has expired', 'Nothing was charged. Pick a plan to start again.');
    case 'unsettled':
      return plain(
        402,
        'Payment processing',
        'Your payment is still being processed, which can take some days with this payment method. Return to this page later; if email is configured, we also send you a link.',
      );
    case 'unknown':
      return plain(
        404,
        'Page not available',
        `Open this page in the browser you paid with. ${
          outcome.byMail
            ? 'If you paid, we also sent a link to your token to the address you paid with.'
            : 'If that is not possible, ask the operator of this API for a token.'
        }`,
      );
  }
}

/** The page behind a link in a mail: a button, as programs that check mails follow links too. */
export function linkPage(state: LinkState, secret: string, revokes = false): Answer {
  switch (state) {
    case 'token':
      return {
        status: 200,
        page: page(
          'Your token',
          redeemForm(
            secret,
            `The token is shown once. The link works once.${revokes ? ` ${REVOKES}` : ''}`,
            'Show my token',
          ),
        ),
      };
    case 'proof':
      return {
        status: 200,
        page: page(
          'Confirm your new subscription',
          redeemForm(
            secret,
            `Your new subscription replaces the current one. We'll send a final invoice for usage so far. ${
              revokes ? REVOKES : 'Your existing tokens keep working.'
            }`,
            'Confirm and show my token',
          ),
        ),
      };
    case 'gone':
      return {
        status: 410,
        page: page(
          'Link expired',
          html`<p>This link has expired or was already used.</p>
            <form method="post" action="/checkout/link/mail">
              <input type="hidden" name="token" value="${secret}" />
              <button class="button button-secondary">Send a new link to the same address</button>
            </form>`,
        ),
      };
    case 'unknown':
      return plain(404, 'Invalid link', 'Open the complete link from the email.');
  }
}

export function tokenPage({ jwt, plan, customerId, subscriptionId }: HandedOut, base: string): Html {
  const curl = `curl -H 'authorization: Bearer ${jwt}' ${base}/test-service`;
  return page(
    'You are subscribed',
    html`<p class="muted">Copy the token now. You won't be able to see it again.</p>
      ${codeBlock('token', 'Access token', html`<p class="code token" id="token" role="region" aria-labelledby="token-label" tabindex="0">${jwt}</p>`)}
      <dl class="facts">
        <div>
          <dt>Plan</dt>
          <dd>${plan}</dd>
        </div>
        <div>
          <dt>Customer</dt>
          <dd><code class="id">${customerId}</code></dd>
        </div>
        <div>
          <dt>Subscription</dt>
          <dd><code class="id">${subscriptionId}</code></dd>
        </div>
      </dl>
      ${codeBlock('curl', 'From your terminal', html`<pre class="code code-line" role="region" aria-labelledby="curl-label" tabindex="0"><code id="curl">${curl}</code></pre>`)}
      <p><a class="button button-primary" id="open-dashboard" href="/dashboard">Open the dashboard</a></p>
      <p class="hint">
        See your usage and bill, seconds after each call. The dashboard keeps your token in this tab only.
      </p>`,
    'token-page',
  );
}

/** The same whether a mail was sent or not: it reveals nothing to the requester. */
export function mailedPage(): Html {
  return page(
    'Check your inbox',
    html`<p>If this payment has an account, we sent a link to its email address. It may take a minute.</p>`,
  );
}

export function problemPage(status: number, requestId: string): Html {
  const [title, text] =
    status === 503
      ? [
          'Please try again in a moment',
          'A service we depend on does not respond. Nothing is lost: reload this page.',
        ]
      : status === 429
        ? ['Too many requests', 'Wait a minute, then reload this page.']
        : status >= 500
          ? ['Something went wrong', 'This is an error on our side. Your payment is safe; reload this page.']
          : ['Invalid request', 'Go back and try again.'];
  return page(
    title,
    html`<p>${text}</p>
      <p class="hint">Reference for support: ${requestId}</p>`,
  );
}

function plain(status: number, title: string, text: string): Answer {
  return {
    status,
    page: page(
      title,
      html`<p>${text}</p>
        ${PLANS}`,
    ),
  };
}

function mailForm({ sessionId, byMail }: { sessionId: string; byMail: boolean }, text: string): Html {
  if (!byMail) return ANOTHER_WAY;
  return html`<p>${text}</p>
    <form method="post" action="/checkout/link/mail">
      <input type="hidden" name="session_id" value="${sessionId}" />
      <button class="button button-secondary">Send me a link</button>
    </form>`;
}

function redeemForm(secret: string, text: string, button: string): Html {
  return html`<p>${text}</p>
    <form method="post" action="/checkout/link">
      <input type="hidden" name="token" value="${secret}" />
      <button class="button button-primary">${button}</button>
    </form>`;
}

function codeBlock(name: string, label: string, code: Html): Html {
  return html`<div class="code-block">
    <div class="code-head">
      <h2 class="code-label" id="${name}-label">${label}</h2>
      <button class="button button-quiet" type="button" id="copy-${name}" aria-describedby="${name}-label">
        <span data-part="label">Copy</span>
      </button>
    </div>
    ${code}
  </div>`;
}
