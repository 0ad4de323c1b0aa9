import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { meterLagSchema } from './state/meter-lags.js';
import type { Twin } from './twin.js';

/** How the meters behave: `/_sandbox/meter-lag`. */
export function installMeterRoutes(app: FastifyInstance, twin: Twin): void {
  app.get('/_sandbox/meter-lag', async () => twin.meterLags.all());
  app.post('/_sandbox/meter-lag', async (request, reply) => {
    const wanted = meterLagSchema.safeParse(request.body);
    if (!wanted.success) return reply.code(400).send({ error: z.prettifyError(wanted.error) });
    twin.meterLags.set(wanted.data);
    return twin.meterLags.all();
  });
}
