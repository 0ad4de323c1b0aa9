import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { cancelNow } from './billing/cancel.js';
import { subscriptionView } from './billing/subscription-view.js';
import { isEnded } from './state/rows.js';
import type { Twin } from './twin.js';

const change = z.strictObject({
  status: z.enum(['active', 'trialing', 'past_due', 'unpaid', 'paused', 'canceled', 'incomplete']),
});

/** What only time and failing cards bring about at Stripe, on request: a subscription's state, with its event. */
export function installSubscriptionRoutes(app: FastifyInstance, twin: Twin): void {
  app.post<{ Params: { id: string } }>('/_sandbox/subscriptions/:id', async (request, reply) => {
    const wanted = change.safeParse(request.body);
    if (!wanted.success) return reply.code(400).send({ error: z.prettifyError(wanted.error) });
    const row = twin.subscriptions.get(request.params.id);
    if (!row) return reply.code(404).send({ error: `No subscription ${request.params.id}` });
    if (isEnded(row)) return reply.code(400).send({ error: 'It has ended, and stays so.' });
    const { status } = wanted.data;
    if (status === 'canceled') return cancelNow(twin, row);
    const before = subscriptionView(twin, row);
    const after = subscriptionView(twin, twin.timeline.save({ ...row, status }));
    if (status === 'paused') twin.log.record('customer.subscription.paused', after);
    else twin.log.recordUpdate('customer.subscription.updated', before, after);
    return after;
  });
}
