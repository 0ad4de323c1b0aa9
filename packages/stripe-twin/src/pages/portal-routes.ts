import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cancelNow } from '../billing/cancel.js';
import { scheduleOf } from '../billing/schedule-rows.js';
import { releaseSchedule } from '../billing/subscription-schedules.js';
import { updateSubscription } from '../billing/update-subscription.js';
import { changeCard } from '../portal/change-card.js';
import type { PortalConfigurationRow, PortalSessionRow } from '../state/portal-rows.js';
import { updateSpecs } from '../billing/subscription-params.js';
import { seconds } from '../state/clock.js';
import { isEnded, type SubscriptionRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import type { RawHash } from '../wire/form.js';
import { parseParams } from '../wire/params.js';
import { field } from './fields.js';
import { notice, sendPage } from './layout.js';
import { cancelPage, portalPage, type PortalMessage } from './portal-page.js';

interface Named {
  Params: { id: string; secret: string };
  Querystring: RawHash;
  Body: RawHash | undefined;
}

interface Visit {
  twin: Twin;
  session: PortalSessionRow;
  configuration: PortalConfigurationRow;
  base: string;
}

const PATH = '/p/session/:id/:secret';

/** The customer portal: what one customer may see and change, for as long as the address is good. */
export function portalRoutes(app: FastifyInstance, twin: Twin): void {
  const route = (
    method: 'GET' | 'POST',
    path: string,
    handle: (visit: Visit, reply: FastifyReply, form: RawHash) => FastifyReply,
  ): void => {
    app.route<Named>({
      method,
      url: `${PATH}${path}`,
      handler: (request, reply) => {
        const visit = visitOf(twin, request);
        if (!visit) return sendPage(reply, 404, EXPIRED);
        return handle(visit, reply, { ...request.query, ...request.body });
      },
    });
  };
  route('GET', '', (visit, reply, form) => {
    const { flow } = visit.session.view;
    if (flow?.type === 'subscription_cancel' && !('done' in form)) {
      return reply.redirect(
        `${visit.base}/cancel?subscription=${flow.subscription_cancel?.subscription}`,
        303,
      );
    }
    const text = DONE[field(form, 'done')];
    return show(visit, reply, 200, text === undefined ? undefined : { kind: 'done', text });
  });
  route('POST', '/card', (visit, reply, form) => {
    const { features } = visit.configuration;
    const allowed =
      features.payment_method_update.enabled || visit.session.view.flow?.type === 'payment_method_update';
    if (!allowed) return show(visit, reply, 403, FORBIDDEN);
    const refusal = changeCard(twin, visit.session.view.customer, field(form, 'cardNumber'));
    return refusal === null
      ? done(visit, reply, 'card', 'payment_method_update')
      : show(visit, reply, 402, { kind: 'refused', text: refusal });
  });
  route('GET', '/cancel', (visit, reply, form) => {
    const row = ownSubscription(visit, form);
    if (!row) return show(visit, reply, 404, NOT_YOURS);
    if (!mayCancel(visit)) return show(visit, reply, 403, FORBIDDEN);
    return sendPage(
      reply,
      200,
      cancelPage(row, visit.configuration.features.subscription_cancel, visit.base),
    );
  });
  route('POST', '/cancel', (visit, reply, form) => {
    const row = ownSubscription(visit, form);
    if (!row) return show(visit, reply, 404, NOT_YOURS);
    if (!mayCancel(visit)) return show(visit, reply, 403, FORBIDDEN);
    cancel(visit, row, field(form, 'feedback'));
    return done(visit, reply, 'cancelled', 'subscription_cancel');
  });
  route('POST', '/resume', (visit, reply, form) => {
    const row = ownSubscription(visit, form);
    if (!row) return show(visit, reply, 404, NOT_YOURS);
    update(twin, row, row.cancel_at_period_end ? { cancel_at_period_end: 'false' } : { cancel_at: '' });
    return done(visit, reply, 'resumed', null);
  });
}

const EXPIRED = notice(
  'This address is no longer good',
  'Addresses of the billing portal are good for an hour. Go back and open it again.',
);
const FORBIDDEN: PortalMessage = { kind: 'refused', text: 'This is not offered here.' };
const NOT_YOURS: PortalMessage = { kind: 'refused', text: 'You have no such subscription.' };
const DONE: Record<string, string> = {
  card: 'The card was updated.',
  cancelled: 'The subscription was cancelled.',
  resumed: 'The subscription goes on.',
};

function visitOf(twin: Twin, request: FastifyRequest<Named>): Visit | undefined {
  twin.timeline.advance();
  const { id, secret } = request.params;
  const session = twin.portalSessions.get(id);
  if (!session || !isEqual(secret, `test_${session.secret}`)) return undefined;
  if (session.expires_at <= seconds(twin.clock) || !twin.customers.get(session.view.customer))
    return undefined;
  const configuration = twin.portalConfigurations.get(session.view.configuration);
  return configuration && { twin, session, configuration, base: `/p/session/${id}/${secret}` };
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function show(visit: Visit, reply: FastifyReply, status: number, message?: PortalMessage): FastifyReply {
  const { twin, session, configuration, base } = visit;
  return sendPage(reply, status, portalPage(twin, session, configuration, base, message));
}

/** Back to the page with a word about it, or where the flow that was asked for leads. */
function done(
  { session, base }: Visit,
  reply: FastifyReply,
  what: string,
  flow: string | null,
): FastifyReply {
  const after = session.view.flow?.type === flow ? session.view.flow.after_completion : undefined;
  if (after?.type === 'redirect' && after.redirect) return reply.redirect(after.redirect.return_url, 303);
  if (after?.type === 'hosted_confirmation') {
    const text = after.hosted_confirmation?.custom_message ?? DONE[what] ?? '';
    const onward = { href: session.view.return_url, label: 'Return' };
    return sendPage(reply, 200, notice('All done', text, onward));
  }
  return reply.redirect(`${base}?done=${what}`, 303);
}

function ownSubscription({ twin, session }: Visit, form: RawHash): SubscriptionRow | undefined {
  const row = twin.subscriptions.get(field(form, 'subscription'));
  return row && row.customer === session.view.customer && !isEnded(row) ? row : undefined;
}

function mayCancel({ session, configuration }: Visit): boolean {
  return (
    configuration.features.subscription_cancel.enabled || session.view.flow?.type === 'subscription_cancel'
  );
}

function cancel({ twin, configuration }: Visit, row: SubscriptionRow, feedback: string): void {
  const { cancellation_reason: reason, mode } = configuration.features.subscription_cancel;
  const details = reason.options.includes(feedback) ? { cancellation_details: { feedback } } : {};
  // "the customer portal … sets `cancel_at`" in the flexible mode, where the classic one has a flag (compare page).
  const end: RawHash =
    row.billing_mode.type === 'flexible' ? { cancel_at: 'max_period_end' } : { cancel_at_period_end: 'true' };
  if (mode === 'at_period_end') return update(twin, free(twin, row), { ...end, ...details });
  const { cancellation_details: said } = parseParams(updateSpecs, details);
  twin.store.transaction(() => void cancelNow(twin, row, { details: said }));
}

/** A schedule alone says when its subscription ends: it lets go of it first. */
function free(twin: Twin, row: SubscriptionRow): SubscriptionRow {
  const schedule = scheduleOf(twin, row);
  if (schedule) twin.store.transaction(() => void releaseSchedule(twin, schedule, false));
  return twin.subscriptions.get(row.id) ?? row;
}

/** As `POST /v1/subscriptions/:id` would. */
function update(twin: Twin, row: SubscriptionRow, form: RawHash): void {
  const params = parseParams(updateSpecs, form);
  twin.store.transaction(() => void updateSubscription(twin, row, params));
}
