import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FareboxError } from './platform/errors/farebox-error.js';
import { readableForwardedFor } from './platform/http/client-address.js';
import { exchangeOf } from './platform/http/exchange.js';
import { depthOf, MAX_JSON_DEPTH } from './platform/http/json-body.js';
import { ProblemDetailsFilter } from './platform/http/problem-details.filter.js';
import { refusedUrl } from './platform/http/readable-request.js';
import { Metrics } from './platform/metrics/metrics.js';

/**
 * What the reference application has on every route, and on what is no route: the id of the request in the answer, errors as
 * problem details, a bound for JSON, metrics. Before modules are initialised: a route gets the error handler that is set when
 * its module registers it.
 */
export function installHttp(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const filter = app.get(ProblemDetailsFilter);
  const { httpRequests } = app.get(Metrics);
  fastify.addHook('onRequest', (request, _reply, done) => {
    const exchange = exchangeOf(request.raw);
    readForwarded(request);
    exchange.response.setHeader('x-request-id', exchange.id);
    done(refusedUrl(exchange));
  });
  // Node's own answer is 417, without a body: an unknown expectation is ignored.
  fastify.server.on('checkExpectation', (request, response) =>
    fastify.server.emit('request', request, response),
  );
  boundJsonDepth(fastify);
  // Errors that Fastify raises before Nest sees the request: a body that is not JSON, or too large.
  fastify.setErrorHandler((error, request) => filter.answer(error, exchangeOf(request.raw)));
  fastify.addHook('onResponse', (request, reply, done) => {
    const labels = {
      method: request.method,
      route: request.routeOptions.url ?? 'unmatched',
      status: String(reply.statusCode),
    };
    httpRequests.observe(labels, reply.elapsedTime / 1_000);
    done();
  });
}

/** Reads JSON bodies as Fastify does, and refuses too deep nesting before parsing: the caller is not authenticated yet. */
function boundJsonDepth(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (depthOf(body) <= MAX_JSON_DEPTH) return parse(request, body, done);
    const refusal = `The body is nested too deeply. ${MAX_JSON_DEPTH} levels are read.`;
    done(new FareboxError('malformed_request', refusal));
  });
}

/** Runs before the caller's address is read: proxies write ports and names as well, and Fastify takes addresses. */
function readForwarded({ raw: { headers } }: FastifyRequest): void {
  const written = headers['x-forwarded-for'];
  if (written === undefined) return;
  const read = readableForwardedFor(String(written));
  if (read === undefined) delete headers['x-forwarded-for'];
  else headers['x-forwarded-for'] = read;
}
