import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Faults } from '@farebox/twin-kit';
import { stepSession } from './checkout/complete-session.js';
import { ClockWalker } from './billing/clock-walker.js';
import { endpointAnswered } from './billing/draft-hour.js';
import { stepInvoice } from './billing/invoice-lifecycle.js';
import { stepSubscription } from './billing/step-subscription.js';
import { expandSchema } from './expand-schema.js';
import { accountEndpoints } from './resources/account.js';
import { checkoutSessionEndpoints } from './resources/checkout-sessions.js';
import { creditNoteEndpoints } from './resources/credit-notes.js';
import { customerSearchEndpoints } from './resources/customer-search.js';
import { customerEndpoints } from './resources/customers.js';
import { eventDestinationEndpoints } from './resources/event-destinations.js';
import { eventEndpoints } from './resources/events.js';
import { invoiceItemEndpoints } from './resources/invoice-items.js';
import { invoicePreviewEndpoints } from './resources/invoice-preview.js';
import { invoiceEndpoints } from './resources/invoices.js';
import { meterEventAdjustmentEndpoints } from './resources/meter-event-adjustments.js';
import { meterEventSummaryEndpoints } from './resources/meter-event-summaries.js';
import { meterEventEndpoints } from './resources/meter-events.js';
import { meterEndpoints } from './resources/meters.js';
import { paymentMethodEndpoints } from './resources/payment-methods.js';
import { paymentEndpoints } from './resources/payments.js';
import { portalConfigurationEndpoints } from './resources/portal-configurations.js';
import { portalSessionEndpoints } from './resources/portal-sessions.js';
import { priceEndpoints } from './resources/prices.js';
import { productEndpoints } from './resources/products.js';
import { refundEndpoints } from './resources/refunds.js';
import { RejectionOrders } from './resources/rejection-orders.js';
import { subscriptionItemEndpoints } from './resources/subscription-items.js';
import { subscriptionScheduleEndpoints } from './resources/subscription-schedules.js';
import { subscriptionEndpoints } from './resources/subscriptions.js';
import { testClockEndpoints } from './resources/test-clocks.js';
import { webhookEndpointEndpoints } from './resources/webhook-endpoints.js';
import { installPages } from './pages/install-pages.js';
import { installSandboxRoutes } from './sandbox-routes.js';
import { systemClock, type Clock } from './state/clock.js';
import { Twin } from './twin.js';
import { ApiError, errorJson, errorOfStatus, invalid, unrecognizedUrl } from './wire/api-error.js';
import { Dispatcher } from './dispatcher.js';
import type { Endpoint } from './wire/endpoint.js';
import { formOfJson, parseForm, type RawHash } from './wire/form.js';
import { newId } from './wire/ids.js';
import { RequestLog, type LoggedRequest } from './wire/request-log.js';

const JSON_TYPE = 'application/json';

export interface StripeTwinOptions {
  /** Folder of the twin's own: its journal lives there. */
  dataDir: string;
  clock?: Clock;
}

/**
 * A server that speaks Stripe's API, version 2026-10-28.endive, so that the official SDK works against it
 * unchanged. State is in `dataDir` and survives a hard kill. `/_sandbox` is for people and tests.
 */
export async function buildStripeTwin({ dataDir, clock }: StripeTwinOptions): Promise<FastifyInstance> {
  const twin = new Twin(dataDir, clock ?? systemClock);
  twin.timeline.start({
    subscription: (id, at) => stepSubscription(twin, id, at),
    invoice: (id, at) => stepInvoice(twin, id, at),
    checkout_session: (id) => stepSession(twin, id),
  });
  twin.deliveries.onAnswered((event, endpoint) => endpointAnswered(twin, event, endpoint));
  const walker = new ClockWalker(twin);
  walker.resume();
  const rejections = new RejectionOrders();
  const dispatcher = new Dispatcher(twin, expandSchema(twin));
  const requests = new RequestLog();
  const faults = new Faults(errorOfStatus);
  const app = Fastify({
    routerOptions: { querystringParser: parseForm, ignoreTrailingSlash: false },
    forceCloseConnections: true,
  });

  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, parseForm(String(body))),
  );
  // The SDK says JSON on each request to /v2, those without a body too.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(String(body)));
    } catch (error) {
      done(Object.assign(error as Error, { statusCode: 400 }));
    }
  });
  watch(app, twin, requests);
  faults.install(app);
  installSandboxRoutes(app, { twin, rejections, requests, faults, dispatcher });
  installPages(app, twin);
  for (const endpoint of endpointsOf(twin, rejections, walker)) {
    app.route<{ Params: { id?: string }; Querystring: RawHash; Body: unknown }>({
      method: endpoint.method,
      url: endpoint.path,
      handler: async (request, reply) => {
        const answer = await dispatcher.handle(endpoint, {
          id: request.id,
          method: request.method,
          path: pathOf(request),
          objectId: request.params.id ?? '',
          params: {
            ...request.query,
            ...(endpoint.api === 'v2' ? formOfJson(request.body) : (request.body as RawHash | undefined)),
          },
          authorization: request.headers.authorization,
          contentType: request.headers['content-type'],
          idempotencyKey: header(request, 'idempotency-key'),
          version: header(request, 'stripe-version'),
        });
        logOf(request).replayed = answer.replayed;
        logOf(request).settled = true;
        return reply.code(answer.status).headers(answer.headers).type(JSON_TYPE).send(answer.body);
      },
    });
  }
  app.setNotFoundHandler((request, reply) =>
    sendError(reply, unrecognizedUrl(request.method, pathOf(request))),
  );
  app.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
    if ((error.statusCode ?? 500) < 500)
      return sendError(reply, invalid(`Invalid request: ${error.message}`));
    console.error(error);
    return sendError(
      reply,
      new ApiError(500, { type: 'api_error', message: 'The sandbox failed; its log says why.' }),
    );
  });
  app.addHook('onClose', () => {
    walker.close();
    return twin.close();
  });
  return app;
}

function endpointsOf(twin: Twin, rejections: RejectionOrders, walker: ClockWalker): Endpoint[] {
  return [
    ...accountEndpoints(twin),
    ...customerSearchEndpoints(twin),
    ...customerEndpoints(twin),
    ...productEndpoints(twin),
    ...priceEndpoints(twin),
    ...meterEndpoints(twin),
    ...meterEventEndpoints(twin, rejections),
    ...meterEventSummaryEndpoints(twin),
    ...meterEventAdjustmentEndpoints(twin),
    ...paymentMethodEndpoints(twin),
    ...invoiceEndpoints(twin),
    ...invoicePreviewEndpoints(twin),
    ...invoiceItemEndpoints(twin),
    ...paymentEndpoints(twin),
    ...refundEndpoints(twin),
    ...creditNoteEndpoints(twin),
    ...testClockEndpoints(twin, walker),
    ...subscriptionEndpoints(twin),
    ...subscriptionItemEndpoints(twin),
    ...subscriptionScheduleEndpoints(twin),
    ...eventEndpoints(twin),
    ...eventDestinationEndpoints(twin),
    ...checkoutSessionEndpoints(twin),
    ...portalConfigurationEndpoints(twin),
    ...portalSessionEndpoints(twin),
    ...webhookEndpointEndpoints(twin),
  ];
}

/** A logged request, and whether the dispatcher has answered it rather than a fault. */
type Watched = LoggedRequest & { settled: boolean };

const LOG = Symbol('log');

function logOf(request: FastifyRequest): Watched {
  return (request as FastifyRequest & { [LOG]: Watched })[LOG];
}

/** Gives every API request its id, and keeps what a fault of status 500 answered under the idempotency key. */
function watch(app: FastifyInstance, twin: Twin, requests: RequestLog): void {
  app.addHook('onRequest', async (request, reply) => {
    request.id = newId('req');
    const entry: Watched = {
      id: request.id,
      method: request.method,
      path: pathOf(request),
      route: request.routeOptions.url ?? pathOf(request),
      idempotencyKey: header(request, 'idempotency-key') ?? null,
      at: twin.clock.now(),
      status: null,
      replayed: false,
      settled: false,
    };
    (request as FastifyRequest & { [LOG]: Watched })[LOG] = entry;
    if (!/^\/v[12]\//.test(entry.path)) return;
    requests.add(entry);
    reply.header('request-id', request.id);
    // By its own clock, however far it was moved: what an application compares its clock with.
    reply.header('date', new Date(twin.clock.now()).toUTCString());
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const entry = logOf(request);
    entry.status = reply.statusCode;
    const failed = reply.statusCode === 500 && !entry.settled && request.method === 'POST';
    if (failed && entry.idempotencyKey && entry.path.startsWith('/v1/')) {
      twin.idempotencyKeys.keepUnread(entry.idempotencyKey, {
        endpoint: `${request.method} ${entry.path}`,
        status: 500,
        body: String(payload),
        requestId: request.id,
      });
    }
    return payload;
  });
}

function sendError(reply: FastifyReply, error: ApiError): FastifyReply {
  return reply
    .code(error.status)
    .headers(error.headers)
    .type(JSON_TYPE)
    .send(JSON.stringify(errorJson(error.body), null, 2));
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
