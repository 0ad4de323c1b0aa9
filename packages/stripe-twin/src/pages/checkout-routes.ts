import type { FastifyInstance, FastifyReply } from 'fastify';
import { confirm, pay, type Filled, type Payment } from '../checkout/complete-session.js';
import type { CheckoutSessionRow } from '../state/session-rows.js';
import type { Twin } from '../twin.js';
import type { RawHash } from '../wire/form.js';
import { checkoutPage, confirmPage } from './checkout-page.js';
import { field } from './fields.js';
import { notice, sendPage } from './layout.js';

interface Named {
  Params: { id: string };
  Body: RawHash | undefined;
}

/** The pages at a session's `url`. What stands in the form is the card; the address says which session it is. */
export function checkoutRoutes(app: FastifyInstance, twin: Twin): void {
  app.get<Named>('/c/pay/:id', (request, reply) => {
    const row = openSession(twin, request.params.id, reply);
    return row && sendPage(reply, 200, checkoutPage(twin, row));
  });
  app.post<Named>('/c/pay/:id', (request, reply) => {
    const row = openSession(twin, request.params.id, reply);
    if (!row) return;
    const filled: Filled = {
      email: field(request.body, 'email'),
      number: field(request.body, 'cardNumber'),
      name: field(request.body, 'billingName'),
      country: field(request.body, 'country'),
      postalCode: field(request.body, 'postalCode'),
    };
    return answer(twin, reply, row, pay(twin, row, filled), filled);
  });
  app.post<Named>('/c/pay/:id/confirm', (request, reply) => {
    const row = openSession(twin, request.params.id, reply);
    if (!row) return;
    const { pending } = row;
    const outcome = confirm(twin, row, field(request.body, 'confirmed') === 'yes');
    return answer(twin, reply, row, outcome, {
      email: pending?.email ?? '',
      name: pending?.name ?? '',
      country: pending?.address?.country ?? '',
      postalCode: pending?.address?.postal_code ?? '',
    });
  });
}

function answer(
  twin: Twin,
  reply: FastifyReply,
  row: CheckoutSessionRow,
  outcome: Payment,
  filled: Partial<Filled>,
): FastifyReply {
  switch (outcome.kind) {
    case 'complete':
      return reply.redirect(successUrl(row), 303);
    case 'confirm':
      return sendPage(reply, 200, confirmPage(row));
    case 'refused': {
      const status = outcome.field === 'number' ? 402 : 400;
      return sendPage(reply, status, checkoutPage(twin, row, filled, outcome));
    }
  }
}

/** The session, if it can be paid; otherwise the page that says why not has been sent. */
function openSession(twin: Twin, id: string, reply: FastifyReply): CheckoutSessionRow | undefined {
  twin.timeline.advance();
  const row = twin.checkoutSessions.get(id);
  if (!row) {
    sendPage(
      reply,
      404,
      notice('There is no such checkout', 'The address is not that of a checkout session.'),
    );
    return undefined;
  }
  if (row.view.status === 'open') return row;
  if (row.view.status === 'expired') {
    const text = 'Nothing was paid. Go back and begin again.';
    const back = { href: row.view.cancel_url, label: 'Go back' };
    sendPage(reply, 410, notice('This checkout has expired', text, back));
    return undefined;
  }
  const text = 'You have subscribed already; nothing more is to be paid here.';
  const onward = { href: ownPage(row) ? null : successUrl(row), label: 'Go on' };
  sendPage(reply, 200, notice('This checkout is complete', text, onward));
  return undefined;
}

const PLACEHOLDER = '{CHECKOUT_SESSION_ID}';

function successUrl({ id, view }: CheckoutSessionRow): string {
  return (view.success_url ?? '').replaceAll(PLACEHOLDER, id);
}

/** Whether the session was made to end here, as those of the pricing table are. */
function ownPage(row: CheckoutSessionRow): boolean {
  return successUrl(row).endsWith(`/c/pay/${row.id}`);
}
