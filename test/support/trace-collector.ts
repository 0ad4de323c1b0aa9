import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it came over OTLP, its attributes as an object. */
export interface ReceivedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  /** 2: an answer to somebody; 3: a call to somebody; 1: inside. */
  kind: number;
  attributes: Readonly<Record<string, string | number>>;
}

/** An OpenTelemetry collector that keeps what it gets. */
export interface TraceCollector {
  url: string;
  spans: ReceivedSpan[];
  headers: IncomingHttpHeaders[];
  /** All that was sent, as text. */
  text(): string;
  close(): void;
}

interface Export {
  resourceSpans: {
    scopeSpans: {
      spans: (Omit<ReceivedSpan, 'attributes'> & {
        attributes: { key: string; value: Record<string, string | number> }[];
      })[];
    }[];
  }[];
}

export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: ReceivedSpan[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const body = Buffer.concat(chunks as Buffer[]).toString();
    bodies.push(body);
    headers.push(request.headers);
    spans.push(...read(JSON.parse(body) as Export));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers,
    text: () => bodies.join('\n'),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function read(sent: Export): ReceivedSpan[] {
  return sent.resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap((scope) => scope.spans)
    .map((span) => ({
      ...span,
      attributes: Object.fromEntries(
        span.attributes.map(({ key, value }) => [key, Object.values(value)[0] ?? '']),
      ),
    }));
}
