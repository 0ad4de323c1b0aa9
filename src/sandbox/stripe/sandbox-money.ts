import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { finalizationFaultSchema } from './state/finalization-faults.js';
import type { Twin } from './twin.js';

/** What goes wrong with money at Stripe, on request. */
export function installMoneyRoutes(app: FastifyInstance, twin: Twin): void {
  app.post('/_sandbox/finalization-failures', async (request, reply) => {
    const order = finalizationFaultSchema.safeParse(request.body ?? {});
    if (!order.success) return reply.code(400).send({ error: z.prettifyError(order.error) });
    twin.finalizationFaults.add(order.data);
    return reply.code(201).send(order.data);
  });
}
