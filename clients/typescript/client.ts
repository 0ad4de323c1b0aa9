import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.js';

/** What every refusal looks like (RFC 9457): branch on `code`, quote `requestId`. */
export type Problem = components['schemas']['ProblemBody'];

export type FareboxClient = Client<paths>;

export interface FareboxOptions {
  /** Where Farebox is, such as `https://api.example.com`. */
  baseUrl: string;
  /** The token of `POST /register`. Absent: what needs none. */
  token?: string;
}

/**
 * Every route of openapi.json with its types: `client.GET('/account/calls', { params: { query: { limit: 10 } } })`.
 * A method gives `{ data, error, response }` and throws only when no answer came at all.
 */
export function createFareboxClient({ baseUrl, token }: FareboxOptions): FareboxClient {
  return createClient<paths>({
    baseUrl,
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  });
}
