import { setTimeout as delay } from 'node:timers/promises';
import { Stripe } from 'stripe';
import { TwinProcess } from './twin-process.js';

/** What a contract test talks to: the twin, or Stripe's test mode when `STRIPE_TEST_KEY` is set. */
export interface Target {
  stripe: Stripe;
  /** The base address, for requests that the SDK would not send. */
  url: string;
  key: string;
  live: boolean;
  close(): Promise<void>;
}

export async function openTarget(): Promise<Target> {
  const key = process.env['STRIPE_TEST_KEY'];
  if (key) return liveTarget(key);
  const twin = await TwinProcess.start();
  return {
    stripe: twin.client(),
    url: twin.url,
    key: 'sk_test_contract',
    live: false,
    close: () => twin.close(),
  };
}

/** `STRIPE_TEST_API_BASE` leads elsewhere than to Stripe: through a proxy, or to a twin that is running already. */
function liveTarget(key: string): Target {
  if (!/^[sr]k_test_/.test(key)) throw new Error('STRIPE_TEST_KEY is not a key of test mode');
  const { protocol, hostname, port, origin } = new URL(
    process.env['STRIPE_TEST_API_BASE'] ?? 'https://api.stripe.com',
  );
  return {
    stripe: new Stripe(key, {
      host: hostname,
      protocol: protocol === 'http:' ? 'http' : 'https',
      ...(port && { port }),
      maxNetworkRetries: 2,
      telemetry: false,
    }),
    url: origin,
    key,
    live: true,
    close: async () => {},
  };
}

/** A name that no other run has used: the account in test mode is not empty. */
export function unique(prefix: string): string {
  return `${prefix}_${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
}

/** The error that the call ends with. */
export async function refusal(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('Expected a refusal, and it was accepted');
}

/** Asks again until the answer is as wanted. @throws {Error} with the last answer when it never is. */
export async function until<T>(
  ask: () => Promise<T> | T,
  wanted: (answer: T) => boolean,
  deadlineMs = 10_000,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > end) throw new Error(`Still not as wanted: ${JSON.stringify(answer)}`);
    await delay(25);
  }
}

/** Sends a form as it is written, past the SDK's own checks. */
export async function raw(
  target: Target,
  method: string,
  path: string,
  options: { form?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: Headers; body: RawAnswer }> {
  const response = await fetch(target.url + path, {
    method,
    headers: {
      authorization: `Bearer ${target.key}`,
      ...(options.form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...options.headers,
    },
    ...(options.form !== undefined && { body: options.form }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as RawAnswer };
}

export interface RawAnswer {
  id?: string;
  object?: string;
  error?: { type: string; code?: string; message: string; param?: string };
}
