import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { Faults } from '@farebox/twin-kit';
import type { RejectionOrders } from './resources/rejection-orders.js';
import { installMeterRoutes } from './sandbox-meters.js';
import { installMoneyRoutes } from './sandbox-money.js';
import { installSubscriptionRoutes } from './sandbox-subscriptions.js';
import type { Twin } from './twin.js';
import type { Dispatcher } from './dispatcher.js';
import type { RequestLog } from './wire/request-log.js';

interface Parts {
  twin: Twin;
  rejections: RejectionOrders;
  requests: RequestLog;
  faults: Faults;
  dispatcher: Dispatcher;
}

/** What Stripe does not have: looking in, setting things up, making things go wrong. No key needed. */
export function installSandboxRoutes(app: FastifyInstance, parts: Parts): void {
  const { twin, rejections, requests, faults, dispatcher } = parts;

  installSubscriptionRoutes(app, twin);
  installMoneyRoutes(app, twin);
  installMeterRoutes(app, twin, rejections);
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
    twin.meterErrors.wake();
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
}
