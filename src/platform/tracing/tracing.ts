import {
  context,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config/settings.js';
import type { Log } from '../logging/logger.js';
import { useSpans } from './in-span.js';
import { traceOutgoing } from './trace-outgoing.js';
import { traceQueries } from './trace-queries.js';
import { failed, traceRequests } from './trace-requests.js';

/** A collector that is away must not delay the end of the process. */
const FLUSH_MS = 3_000;
const COMPLAIN_EVERY_MS = 60_000;

/** Traces of this process, on their way to the collector. */
export interface Tracing {
  /** Before routes are registered. */
  watch(fastify: FastifyInstance): void;
  /** Sends what is left, for at most three seconds. */
  stop(): Promise<void>;
}

/**
 * Sends spans of requests, jobs, queries and calls to others to `endpoint`, as OTLP over HTTP. This file is imported
 * only where a collector is configured: without one, none of it is loaded.
 */
export function startTracing(endpoint: string, settings: Settings, log: Log): Tracing {
  const complain = complainer(log);
  const exporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    headers: Object.fromEntries(settings.get('OTEL_EXPORTER_OTLP_HEADERS').map(splitHeader)),
  });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': settings.get('OTEL_SERVICE_NAME') }),
    sampler: new TraceIdRatioBasedSampler(settings.get('OTEL_TRACES_SAMPLER_ARG')),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const tracer = provider.getTracer('farebox');
  traceJobs(tracer);
  traceQueries(tracer);
  traceOutgoing(tracer);
  return {
    watch: (fastify) => traceRequests(fastify, tracer),
    stop: async () => {
      const sent = provider.shutdown().then(
        () => true,
        () => false,
      );
      const late = new Promise<false>((resolve) => setTimeout(resolve, FLUSH_MS, false).unref());
      if (!(await Promise.race([sent, late]))) complain();
    },
  };
}

/** A job is a trace of its own, also where a request woke it. */
function traceJobs(tracer: Tracer): void {
  useSpans(async (name, work) => {
    const span = tracer.startSpan(name, {}, ROOT_CONTEXT);
    try {
      return await context.with(trace.setSpan(ROOT_CONTEXT, span), work);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', failed(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

/** `name=value`, as OpenTelemetry writes headers for its collector. */
function splitHeader(pair: string): [string, string] {
  const [name = '', ...value] = pair.split('=');
  return [name.trim(), value.join('=').trim()];
}

/** Logs, at most once a minute, that the collector is away. The SDK's messages may hold what we sent: they are not repeated. */
function complainer(log: Log): () => void {
  let quietUntil = 0;
  const complain = (): void => {
    const now = performance.now();
    if (now < quietUntil) return;
    quietUntil = now + COMPLAIN_EVERY_MS;
    log.warn('Traces could not be sent to OTEL_EXPORTER_OTLP_ENDPOINT; those of the moment are lost.');
  };
  const ignore = (): void => undefined;
  diag.setLogger(
    { error: complain, warn: ignore, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
  );
  return complain;
}
