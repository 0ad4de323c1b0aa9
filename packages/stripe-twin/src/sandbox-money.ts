import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { disputeCharge } from './billing/disputes.js';
import { discardDraft } from './billing/manual-invoice.js';
import { finalizationFaultSchema } from './state/finalization-faults.js';
import type { Twin } from './twin.js';

const dispute = z.strictObject({
  charge: z.string(),
  status: z.enum(['needs_response', 'under_review', 'won', 'lost']).default('needs_response'),
});

const draft = z.strictObject({ invoice: z.string() });

/** What goes wrong with money at Stripe, on request. */
export function installMoneyRoutes(app: FastifyInstance, twin: Twin): void {
  app.post('/_sandbox/finalization-failures', async (request, reply) => {
    const order = finalizationFaultSchema.safeParse(request.body ?? {});
    if (!order.success) return reply.code(400).send({ error: z.prettifyError(order.error) });
    twin.finalizationFaults.add(order.data);
    return reply.code(201).send(order.data);
  });
  app.post('/_sandbox/disputes', async (request, reply) => {
    const order = dispute.safeParse(request.body ?? {});
    if (!order.success) return reply.code(400).send({ error: z.prettifyError(order.error) });
    const charge = twin.charges.get(order.data.charge);
    if (!charge?.paid) return reply.code(404).send({ error: `No paid charge ${order.data.charge}` });
    const { status } = order.data;
    return reply.code(201).send(twin.store.transaction(() => disputeCharge(twin, charge, status)));
  });
  // Of subscriptions too, as an operator can in the dashboard.
  app.post('/_sandbox/deleted-drafts', async (request, reply) => {
    const order = draft.safeParse(request.body ?? {});
    if (!order.success) return reply.code(400).send({ error: z.prettifyError(order.error) });
    const row = twin.invoices.get(order.data.invoice);
    if (row?.status !== 'draft') return reply.code(404).send({ error: `No draft ${order.data.invoice}` });
    twin.store.transaction(() => discardDraft(twin, row));
    return reply.code(204).send();
  });
}
