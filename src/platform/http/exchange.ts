import type { Principal } from '../identity/principal.js';

/**
 * Data about a request and its answer, beside the two themselves. Guards, interceptors and decorators write to it
 * while the request passes; the code that records the call reads it at the end.
 */
export interface Exchange {
  /** When the request arrived, UTC. */
  readonly startedAt: Date;
  /** Set by the auth guard. */
  principal?: Principal;
  /** User and company in analytics; set by its global interceptor. Bills do not depend on them. */
  userId?: string;
  companyId?: string;
  sessionToken?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Begun by the first hook of every request. */
    exchange: Exchange;
  }
}
