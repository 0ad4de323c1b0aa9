import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { Faults } from '../kit/faults.js';
import { METER_ERROR_TYPES } from './events/thin-events.js';
import type { MeterEventRow } from './resources/meter-event-store.js';
import { rejectionSchema, type RejectionOrders } from './resources/rejection-orders.js';
import { installMeterRoutes } from './sandbox-meters.js';
import { installSubscriptionRoutes } from './sandbox-subscriptions.js';
import type { Twin } from './twin.js';
import type { Dispatcher } from './wire/dispatcher.js';
import type { RequestLog } from './wire/request-log.js';

interface Parts {
  twin: Twin;
  rejections: RejectionOrders;
  requests: RequestLog;
  faults: Faults;
  dispatcher: Dispatcher;
}

const MAX_SHOWN = 10_000;

const meterEventQuery = z.object({ customer: z.string().optional(), event_name: z.string().optional() });
const rejectReceived = z.strictObject({ identifier: z.string() });
const thinEvent = z.strictObject({ type: z.enum(METER_ERROR_TYPES), meter: z.string().optional() });

/** What Stripe does not have: looking in, setting things up, making things go wrong. No key needed. */
export function installSandboxRoutes(app: FastifyInstance, parts: Parts): void {
  const { twin, rejections, requests, faults, dispatcher } = parts;

  installSubscriptionRoutes(app, twin);
  installMeterRoutes(app, twin);
  app.post('/_sandbox/reset', async (_request, reply) => {
    twin.reset();
    rejections.clear();
    requests.clear();
    faults.clear();
    dispatcher.reset();
    return reply.code(204).send();
  });
  app.get('/_sandbox/settings', async () => twin.settings.values);
  app.post('/_sandbox/settings', async (request, reply) => {
    try {
      twin.settings.change(request.body);
    } catch (error) {
      if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
      throw error;
    }
    // The clock may have moved.
    twin.timeline.advance();
    twin.timeline.wake();
    twin.deliveries.wake();
    dispatcher.reset();
    return twin.settings.values;
  });
  app.get('/_sandbox/requests', async () => requests.summary());
  app.get('/_sandbox/webhook-deliveries', async () => ({
    pending: twin.deliveries.pendingDeliveries(),
    attempts: twin.deliveries.attempts(),
  }));
  app.get('/_sandbox/health', async () => ({
    status: 'ok',
    counts: {
      customers: twin.customers.size,
      products: twin.products.size,
      prices: twin.prices.size,
      meters: twin.meters.size,
      meterEvents: twin.meterEvents.size,
      subscriptions: twin.subscriptions.size,
      paymentMethods: twin.paymentMethods.size,
      invoices: twin.invoices.size,
      testClocks: twin.testClocks.size,
      events: twin.log.events.size,
      webhookEndpoints: twin.webhookEndpoints.size,
      pendingDeliveries: twin.deliveries.pendingDeliveries().length,
      eventDestinations: twin.eventDestinations.size,
    },
  }));
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
      const event = twin.meterEvents.recent(received.data.identifier);
      if (!event) return reply.code(404).send({ error: `No meter event ${received.data.identifier}` });
      const meter = twin.meters.find('event_name', event.event_name)?.id;
      twin.store.transaction(() => {
        twin.meterEvents.setState(event, 'rejected');
        twin.thinLog.meterErrors('v1.billing.meter.error_report_triggered', meter, event.identifier);
      });
      return event;
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
    return reply.code(201).send(twin.store.transaction(() => twin.thinLog.meterErrors(type, meter, '-')));
  });
}
