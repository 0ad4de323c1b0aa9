import { context, type Span, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import pg from 'pg';
import { describeSql } from './describe-sql.js';
import { failed } from './trace-requests.js';

type Query = (this: pg.Client, ...args: unknown[]) => unknown;

/** A span for each query that a request or a job makes: its text without literals, never its parameters. */
export function traceQueries(tracer: Tracer): void {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const query = prototype.query;
  prototype.query = function traced(...args) {
    const text = textOf(args[0]);
    if (text === undefined || !trace.getActiveSpan()) return query.apply(this, args);
    const { name, statement } = describeSql(text);
    const span = tracer.startSpan(name, {
      kind: SpanKind.CLIENT,
      attributes: { 'db.system.name': 'postgresql', 'db.query.text': statement },
    });
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      // It is called in the context of the socket.
      const original = context.bind(context.active(), callback as (...results: unknown[]) => void);
      args[args.length - 1] = (error: unknown, result: unknown) => {
        end(span, error);
        original(error, result);
      };
      return query.apply(this, args);
    }
    const result = query.apply(this, args) as Promise<unknown>;
    result.then(
      () => end(span, undefined),
      (error: unknown) => end(span, error),
    );
    return result;
  };
}

/** @returns `undefined` for a query object that reports to its maker alone, such as a cursor. */
function textOf(query: unknown): string | undefined {
  if (typeof query === 'string') return query;
  const { text, submit } = (query ?? {}) as { text?: unknown; submit?: unknown };
  return typeof text === 'string' && submit === undefined ? text : undefined;
}

function end(span: Span, error: unknown): void {
  if (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', failed(error));
  }
  span.end();
}
