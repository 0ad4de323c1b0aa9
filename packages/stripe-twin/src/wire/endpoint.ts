import type { RawHash } from './form.js';
import { parseParams, type Parsed } from './params.js';

export type Method = 'GET' | 'POST' | 'DELETE';

export interface Call<P> {
  params: P;
  /** The `:id` of the URL. */
  id: string;
  /** The API version that the request is answered in. */
  version: string;
}

/** A call whose parameters were found right. */
export interface PreparedCall {
  /** What nobody else may hold while this runs. */
  lock: string | null;
  /** Does it, in one go: synchronous, and at once in the journal. */
  run(): object;
}

export interface Endpoint {
  method: Method;
  /** As Fastify writes it: `/v1/customers/:id`. */
  path: string;
  /** `v2` takes JSON, has errors of another shape, and keeps no failure under an idempotency key. */
  api: 'v1' | 'v2';
  /** Which of Stripe's rate limits counts it. */
  limit: 'general' | 'meter_events';
  /** @throws {ApiError} 400 for parameters that do not fit; such an answer is not kept under the idempotency key. */
  prepare(raw: RawHash, id: string, version: string): PreparedCall;
}

interface Options<P> {
  lock?: (params: P) => string;
  limit?: Endpoint['limit'];
  /** Turns what an older version of the API sends into what the pinned one takes. */
  adapt?: (raw: RawHash, version: string) => RawHash;
}

/** An endpoint: its parameters by declaration, and what it does with them. */
export function endpoint<S>(
  method: Method,
  path: string,
  specs: S,
  handle: (call: Call<Parsed<S>>) => object,
  options: Options<Parsed<S>> = {},
): Endpoint {
  return {
    method,
    path,
    api: path.startsWith('/v2/') ? 'v2' : 'v1',
    limit: options.limit ?? 'general',
    prepare(raw, id, version) {
      const params = parseParams(specs, options.adapt?.(raw, version) ?? raw);
      return { lock: options.lock?.(params) ?? null, run: () => handle({ params, id, version }) };
    },
  };
}
