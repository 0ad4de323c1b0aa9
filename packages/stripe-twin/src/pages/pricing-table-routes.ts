import type { FastifyInstance, FastifyReply } from 'fastify';
import { html, type Html } from '@farebox/twin-kit';
import { createSession } from '../checkout/create-session.js';
import { createSpecs } from '../checkout/session-params.js';
import type { PriceRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { ApiError } from '../wire/api-error.js';
import { email } from '../wire/email.js';
import type { RawHash } from '../wire/form.js';
import { parseParams } from '../wire/params.js';
import { field } from './fields.js';
import { notice, page, sendPage } from './layout.js';
import { amounts, period } from './price-text.js';
import { elementScript, heightScript } from './pricing-table-scripts.js';

interface Request {
  Querystring: RawHash;
  Body: RawHash | undefined;
}

const PATH = '/_sandbox/pricing-table';

/**
 * A stand-in for Stripe's pricing table: a script with the same custom element, which shows the active recurring
 * prices in a frame, as Stripe's does. A button makes a checkout session and leads to it.
 */
export function pricingTableRoutes(app: FastifyInstance, twin: Twin): void {
  app.get(`${PATH}.js`, (_request, reply) =>
    reply
      .type('text/javascript; charset=utf-8')
      .headers({ 'cache-control': 'no-store', 'cross-origin-resource-policy': 'cross-origin' })
      .send(elementScript),
  );
  app.get<Request>(PATH, (request, reply) => {
    const refusal = attributesRefused(request.query);
    return refusal === null
      ? sendPage(reply, 200, table(twin, request.query), { framed: true, script: heightScript })
      : sendPage(reply, 400, notice('The pricing table cannot be shown', refusal), { framed: true });
  });
  app.post<Request>(`${PATH}/checkout`, (request, reply) => checkout(twin, request.body ?? {}, reply));
}

function attributesRefused(attributes: RawHash): string | null {
  if (!field(attributes, 'publishable-key').startsWith('pk_test_')) {
    return 'The attribute publishable-key must be a publishable key of test mode: pk_test_…';
  }
  if (!field(attributes, 'pricing-table-id').startsWith('prctbl_')) {
    return 'The attribute pricing-table-id must be the id of a pricing table: prctbl_…';
  }
  return null;
}

function table(twin: Twin, attributes: RawHash): Html {
  const prices = [...twin.prices.scan({ direction: 'oldest' })].filter(
    (price) => price.active && price.recurring && twin.products.get(price.product)?.active,
  );
  const cards = prices.map((price) => offer(twin, price, attributes));
  return page(
    'Pricing',
    [
      ...(cards.length > 0 ? cards : [html`<section><p>There are no active recurring prices.</p></section>`]),
      html.trusted(`<script>${heightScript}</script>`),
    ],
    'two',
  );
}

function offer(twin: Twin, price: PriceRow, attributes: RawHash): Html {
  const product = twin.products.get(price.product);
  const name = product?.name ?? price.product;
  const hidden = ['client-reference-id', 'customer-email'].map(
    (key) => html`<input type="hidden" name="${key}" value="${field(attributes, key)}" />`,
  );
  return html`<section aria-label="${name}">
    <h2>${name}</h2>
    ${product?.description ? html`<p class="soft">${product.description}</p>` : ''}
    ${amounts(price, product?.unit_label).map((line) => html`<div>${line}</div>`)}
    <div class="soft">Billed ${period(price)}</div>
    <form method="post" action="${PATH}/checkout" target="_top">
      <input type="hidden" name="price" value="${price.id}" />
      ${hidden}
      <button aria-label="Subscribe to ${name}">Subscribe</button>
    </form>
  </section>`;
}

/** What does not fit is dropped in silence, as Stripe does it with these attributes. */
function checkout(twin: Twin, form: RawHash, reply: FastifyReply): FastifyReply {
  const price = twin.prices.get(field(form, 'price'));
  const reference = field(form, 'client-reference-id');
  const address = field(form, 'customer-email');
  const metered = price?.recurring?.usage_type === 'metered';
  try {
    const params = parseParams(createSpecs, {
      mode: 'subscription',
      line_items: [{ price: price?.id ?? 'none', ...(!metered && { quantity: '1' }) }],
      success_url:
        twin.settings.values.pricingTableSuccessUrl ?? `${twin.origin}/c/pay/{CHECKOUT_SESSION_ID}`,
      ...(/^[\w-]{1,200}$/.test(reference) && { client_reference_id: reference }),
      ...(isEmail(address) && { customer_email: address }),
    });
    const session = twin.store.transaction(() => createSession(twin, params));
    return reply.redirect(session.url ?? '/', 303);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return sendPage(reply, 400, notice('The checkout cannot be opened', error.body.message));
  }
}

function isEmail(text: string): boolean {
  try {
    email.parse(text, 'customer-email');
    return true;
  } catch {
    return false;
  }
}
