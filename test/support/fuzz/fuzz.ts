import type { Agent } from 'node:http';
import fc from 'fast-check';
import { complaintsAbout } from './check-answer.js';
import type { Operation } from './operations.js';
import { type RawAnswer, sendRaw } from './raw-request.js';
import { type FuzzRequest, requestsTo } from './requests.js';
import type { KnownTexts } from './schema-values.js';

export interface FuzzTarget {
  url: string;
  agent: Agent;
  /** Who asks, by name: the headers that say so. */
  principals: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  known: KnownTexts;
  /** What no answer may contain. */
  secrets: readonly string[];
}

export interface FuzzOptions {
  seed: number;
  /** How many requests. */
  runs: number;
}

interface Asked {
  as: string;
  /** Each from another address, so that no limit of one stands before what is looked at. */
  from: string;
  request: FuzzRequest;
}

/**
 * Sends requests made of a route's schema and near it, until an answer is not as documented.
 * @returns what is wrong with it, and the smallest request that was found for it; undefined when nothing is.
 */
export async function fuzz(
  target: FuzzTarget,
  operation: Operation,
  { seed, runs }: FuzzOptions,
): Promise<string | undefined> {
  const { known, principals } = target;
  const asked = fc.record({
    as: fc.constantFrom(...Object.keys(principals)),
    from: fc.ipV4(),
    request: requestsTo(operation, { schemas: operation.schemas, known }),
  });
  const property = fc.asyncProperty(asked, async (each) => {
    const answer = await ask(target, each);
    const complaints = complaintsAbout(operation, each.request.method, answer);
    const text = answer.text + JSON.stringify(answer.headers);
    if (target.secrets.some((secret) => text.includes(secret))) complaints.push('contains a secret');
    if (complaints.length > 0) throw new Error(`${complaints.join('; ')}\n${short(answer.text)}`);
  });
  const { failed, counterexample, errorInstance } = await fc.check(property, { seed, numRuns: runs });
  if (!failed) return undefined;
  const [found] = counterexample ?? [];
  return `${String((errorInstance as Error).message)}\n${describe(found)}`;
}

function ask({ url, agent, principals }: FuzzTarget, { as, from, request }: Asked): Promise<RawAnswer> {
  const headers = [...(principals[as] ?? []), ['x-forwarded-for', from] as const, ...request.headers];
  return sendRaw(url, { ...request, headers }, agent);
}

function describe(asked: Asked | undefined): string {
  if (!asked) return 'no request';
  const { as, request } = asked;
  const { method, target, headers, body } = request;
  return `As ${as}: ${method} ${short(target)}\n${short(JSON.stringify(headers))}\n${short(body ?? '')}`;
}

/** Bodies of 60 KB are no help. */
const short = (text: string): string =>
  text.length <= 600 ? text : `${text.slice(0, 600)}… (${text.length} characters)`;
