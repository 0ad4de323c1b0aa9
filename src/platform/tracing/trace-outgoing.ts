import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { type Span, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';

const PREFIXED_ID = /^[a-z_]{1,32}_(?=\w{0,32}[A-Z\d])\w{6,32}$/;
/** No name of a resource is longer. */
const LONGEST_NAME = 32;
const MOST_DIGITS = 2;

/**
 * A span for each call to Stripe or Moesif that a request or a job makes: its origin and target, never its query,
 * headers or body. Node publishes its requests, so no library is patched. Nothing of ours is sent along.
 */
export function traceOutgoing(tracer: Tracer): void {
  const spans = new WeakMap<ClientRequest, Span>();

  subscribe('http.client.request.start', (message) => {
    // (Requests to the collector get a span that records nothing: the SDK sees to it.)
    if (!trace.getActiveSpan()) return;
    const { request } = message as { request: ClientRequest };
    const path = maskPath(request.path);
    spans.set(
      request,
      tracer.startSpan(`${request.method} ${request.host}`, {
        kind: SpanKind.CLIENT,
        attributes: {
          'http.request.method': request.method,
          'server.address': request.host,
          'url.template': path,
        },
      }),
    );
  });
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    const span = spans.get(request);
    const status = response.statusCode ?? 0;
    span?.setAttribute('http.response.status_code', status);
    if (status >= 400) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
  });
  subscribe('http.client.request.error', (message) => {
    const { request, error } = message as { request: ClientRequest; error: Error & { code?: string } };
    const span = spans.get(request);
    span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.setAttribute('error.type', error.code ?? error.name);
    span?.end();
  });
}

/** `/v1/customers/cus_123?limit=1` is `/v1/customers/{id}`. */
export function maskPath(path: string): string {
  const [pathname = ''] = path.split('?');
  return pathname
    .split('/')
    .map((segment) => (isId(segment) ? '{id}' : segment))
    .join('/');
}

/** Whether it is an id of others, such as `cus_…`. Some give access: a checkout's leads to a token. */
function isId(segment: string): boolean {
  if (segment.length > LONGEST_NAME || PREFIXED_ID.test(segment)) return true;
  return (segment.match(/\d/g)?.length ?? 0) > MOST_DIGITS;
}
