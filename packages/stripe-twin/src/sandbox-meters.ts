import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { METER_ERROR_CODES, METER_ERROR_TYPES, type MeterErrorCode } from './events/thin-events.js';
import type { MeterEventRow } from './state/meter-event-store.js';
import { rejectionSchema, type RejectionOrders } from './resources/rejection-orders.js';
import { meterLagSchema } from './state/meter-lags.js';
import type { Twin } from './twin.js';

const MAX_SHOWN = 10_000;

const meterEventQuery = z.object({ customer: z.string().optional(), event_name: z.string().optional() });
const code = z.enum(METER_ERROR_CODES);
const rejectReceived = z.strictObject({
  /** One event, or several that are rejected at once. */
  identifier: z.union([z.string(), z.array(z.string()).min(1)]),
  code: code.default('meter_event_customer_not_found'),
});
const thinEvent = z.strictObject({
  type: z.enum(METER_ERROR_TYPES),
  meter: z.string().optional(),
  code: code.optional(),
});

/** How the meters behave: what lags, what is rejected, and what came in. */
export function installMeterRoutes(app: FastifyInstance, twin: Twin, rejections: RejectionOrders): void {
  app.get('/_sandbox/meter-lag', async () => twin.meterLags.all());
  app.post('/_sandbox/meter-lag', async (request, reply) => {
    const wanted = meterLagSchema.safeParse(request.body);
    if (!wanted.success) return reply.code(400).send({ error: z.prettifyError(wanted.error) });
    twin.meterLags.set(wanted.data);
    return twin.meterLags.all();
  });
  app.get('/_sandbox/meter-events', async (request) => {
    const wanted = meterEventQuery.parse(request.query);
    const found: MeterEventRow[] = [];
    for (const row of twin.meterEvents.all()) {
      if ((wanted.customer ?? row.customer) !== row.customer) continue;
      if ((wanted.event_name ?? row.event_name) !== row.event_name) continue;
      found.push(row);
    }
    return found.slice(-MAX_SHOWN);
  });
  app.post('/_sandbox/meter-events/reject', async (request, reply) => {
    const received = rejectReceived.safeParse(request.body);
    if (received.success) {
      const { identifier } = received.data;
      const events = [identifier].flat().map((one) => twin.meterEvents.recent(one));
      const known = events.filter((event) => event !== undefined);
      if (known.length < events.length)
        return reply.code(404).send({ error: `No meter event ${String(identifier)}` });
      reject(twin, known, received.data.code);
      return Array.isArray(identifier) ? known : known[0];
    }
    const order = rejectionSchema.safeParse(request.body ?? {});
    if (!order.success) return reply.code(400).send({ error: z.prettifyError(order.error) });
    rejections.add(order.data);
    return reply.code(201).send(order.data);
  });
  // Without anything having been rejected: `no_meter_found` has no other way to come about here.
  app.post('/_sandbox/thin-events', async (request, reply) => {
    const wanted = thinEvent.safeParse(request.body);
    if (!wanted.success) return reply.code(400).send({ error: z.prettifyError(wanted.error) });
    const { type, meter } = wanted.data;
    const usual = type === 'v1.billing.meter.no_meter_found' ? 'no_meter' : 'meter_event_customer_not_found';
    const report = {
      meterId: meter,
      errors: [{ code: wanted.data.code ?? usual, identifier: '-' }],
      since: twin.clock.now(),
      samples: 1,
    };
    return reply.code(201).send(twin.store.transaction(() => twin.thinLog.meterErrors(type, report)));
  });
}

/** Throws events away that were taken, and reports them: those of one meter together. */
function reject(twin: Twin, events: readonly MeterEventRow[], why: MeterErrorCode): void {
  twin.store.transaction(() => {
    for (const event of events) twin.meterEvents.setState(event, 'rejected');
    for (const name of new Set(events.map(({ event_name }) => event_name))) {
      const meter = twin.meters.find('event_name', name);
      const rejected = events.filter(({ event_name }) => event_name === name);
      const errors = rejected.map(({ identifier }) => ({ code: why, identifier }));
      if (meter) twin.meterErrors.add(meter.id, errors);
    }
  });
}
