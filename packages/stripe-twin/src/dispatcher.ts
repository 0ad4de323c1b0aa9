import { setTimeout as delay } from 'node:timers/promises';
import type { ExpandSchema } from './wire/expand.js';
import { expand, takeExpand } from './wire/expand.js';
import { ApiError, errorJson, errorJsonV2, invalid, lockTimeout } from './wire/api-error.js';
import { authenticate } from './wire/authenticate.js';
import type { Endpoint, PreparedCall } from './wire/endpoint.js';
import { canonicalForm, type RawHash } from './wire/form.js';
import { fingerprintOf, type StoredAnswer } from './wire/idempotency.js';
import { RateLimits } from './wire/rate-limits.js';
import { negotiateVersion } from './wire/version.js';
import type { Twin } from './twin.js';

/** A request to the API, free of the server that received it. */
export interface ApiRequest {
  id: string;
  method: string;
  /** Without the query string. */
  path: string;
  objectId: string;
  params: RawHash;
  authorization: string | undefined;
  contentType: string | undefined;
  idempotencyKey: string | undefined;
  version: string | undefined;
}

export interface ApiAnswer {
  status: number;
  body: string;
  headers: Record<string, string>;
  replayed: boolean;
}

/**
 * What happens to every request, in Stripe's order: key, version, rate, idempotency, parameters, locks, and
 * then the work itself, as one transaction with its events and its stored answer.
 */
export class Dispatcher {
  private readonly locks = new Set<string>();
  private readonly limits: RateLimits;

  constructor(
    private readonly twin: Twin,
    private readonly schema: ExpandSchema,
  ) {
    this.limits = new RateLimits(twin.settings);
  }

  async handle(endpoint: Endpoint, request: ApiRequest): Promise<ApiAnswer> {
    let headers: Record<string, string> = {};
    try {
      authenticate(request.authorization);
      if (endpoint.api === 'v2' && request.version === undefined)
        throw invalid('The Stripe-Version header is missing.', undefined, 'missing_api_version');
      headers = { 'stripe-version': negotiateVersion(request.version) };
      const limited = this.limits.refuse(endpoint, Date.now());
      if (limited) throw limited;
      checkContentType(endpoint, request);
      const keyed = request.method === 'POST' || (request.method === 'DELETE' && endpoint.api === 'v2');
      const key = keyed ? request.idempotencyKey : undefined;
      const answer = key ? await this.keyed(endpoint, request, key) : await this.work(endpoint, request);
      return { ...answer, headers: { ...headers, ...answer.headers } };
    } catch (error) {
      const answer = failure(error, endpoint.api);
      return { ...answer, headers: { ...headers, ...answer.headers } };
    }
  }

  reset(): void {
    this.limits.reset();
  }

  private async keyed(endpoint: Endpoint, request: ApiRequest, key: string): Promise<ApiAnswer> {
    const keys = this.twin.idempotencyKeys;
    const keyed = {
      key,
      endpoint: `${request.method} ${request.path}`,
      fingerprint: fingerprintOf(canonicalForm(request.params)),
    };
    const known = keys.find(keyed);
    if (known) return replay(known, key);
    keys.begin(key);
    try {
      return await this.work(endpoint, request, (answer) => {
        const { status, body } = answer;
        if (endpoint.api === 'v1' || status < 400)
          keys.keep(key, { ...keyed, status, body, requestId: request.id });
        answer.headers['idempotency-key'] = key;
        answer.headers['original-request'] = request.id;
      });
    } finally {
      keys.end(key);
    }
  }

  /**
   * Carries the request out. `keep` runs in the transaction of the work: either both are in the journal or
   * neither. Parameters that do not fit, and locks that are held, end before that and are not kept.
   */
  private async work(
    endpoint: Endpoint,
    request: ApiRequest,
    keep: (answer: ApiAnswer) => void = () => {},
  ): Promise<ApiAnswer> {
    const params = Object.assign(Object.create(null) as RawHash, request.params);
    const wanted = endpoint.api === 'v1' ? takeExpand(params) : [];
    const call = endpoint.prepare(params, request.objectId, negotiateVersion(request.version));
    if (call.lock !== null && this.locks.has(call.lock)) throw lockTimeout();
    if (call.lock !== null) this.locks.add(call.lock);
    try {
      const { processingMs } = this.twin.settings.values;
      if (processingMs > 0 && request.method === 'POST') await delay(processingMs);
      this.twin.timeline.advance();
      return this.twin.store.transaction(() => {
        const answer = this.run(endpoint, call, wanted, request);
        keep(answer);
        return answer;
      });
    } finally {
      if (call.lock !== null) this.locks.delete(call.lock);
    }
  }

  private run(
    endpoint: Endpoint,
    call: PreparedCall,
    wanted: readonly string[],
    request: ApiRequest,
  ): ApiAnswer {
    const cause = { id: request.id, idempotency_key: request.idempotencyKey ?? null };
    try {
      const result = this.twin.log.causedBy(cause, () => call.run());
      expand(this.schema, result, wanted);
      return { status: 200, body: JSON.stringify(result, null, 2), headers: {}, replayed: false };
    } catch (error) {
      return failure(error, endpoint.api);
    }
  }
}

function replay(known: StoredAnswer, key: string): ApiAnswer {
  return {
    status: known.status,
    body: known.body,
    headers: {
      'idempotency-key': key,
      'idempotent-replayed': 'true',
      'original-request': known.requestId,
    },
    replayed: true,
  };
}

function checkContentType({ api }: Endpoint, { method, contentType }: ApiRequest): void {
  const json = contentType?.includes('json') === true;
  if (api === 'v1' && json)
    throw invalid(
      'Invalid request (check that your POST content type is application/x-www-form-urlencoded).',
    );
  if (api === 'v2' && method === 'POST' && !json)
    throw invalid('Invalid request (check that your POST content type is application/json).');
}

function failure(error: unknown, api: Endpoint['api']): ApiAnswer {
  const shape = api === 'v2' ? errorJsonV2 : errorJson;
  if (error instanceof ApiError) {
    const { status, headers } = error;
    return {
      status,
      body: JSON.stringify(shape(error.body), null, 2),
      headers: { ...headers },
      replayed: false,
    };
  }
  console.error(error);
  const body = shape({ type: 'api_error', message: 'The sandbox failed; its log says why.' });
  return { status: 500, body: JSON.stringify(body, null, 2), headers: {}, replayed: false };
}
