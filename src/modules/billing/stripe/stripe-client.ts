import type { FactoryProvider } from '@nestjs/common';
import Stripe from 'stripe';
import { Settings } from '../../../platform/config/settings.js';
import { StripeClock } from './stripe-clock.js';

/** The version of Stripe's API that this code was written for, independent of the account's default. */
export const STRIPE_API_VERSION = '2026-10-28.endive';

/** The timeout of one try of one request, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** The SDK's own retries, for connection errors, 409 and 5xx; they use the same idempotency key. */
const RETRIES = 1;

function createStripeClient(settings: Settings, clock: StripeClock): Stripe {
  const base = settings.get('STRIPE_API_BASE');
  return new Stripe(settings.get('STRIPE_KEY'), {
    apiVersion: STRIPE_API_VERSION,
    timeout: TIMEOUT_MS,
    maxNetworkRetries: RETRIES,
    telemetry: false,
    httpClient: clock.watch(Stripe.createNodeHttpClient()),
    appInfo: { name: 'Farebox' },
    ...(base === undefined ? {} : addressOf(new URL(base))),
  });
}

function addressOf(base: URL): { host: string; port: string; protocol: 'http' | 'https' } {
  const protocol = base.protocol === 'https:' ? 'https' : 'http';
  return { host: base.hostname, port: base.port || (protocol === 'https' ? '443' : '80'), protocol };
}

/** The SDK's client under its own class. */
export const stripeClientProvider: FactoryProvider<Stripe> = {
  provide: Stripe,
  useFactory: createStripeClient,
  inject: [Settings, StripeClock],
};

/** The items on all pages of a Stripe list, in its order. */
export async function allPages<T>(list: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of list) found.push(one);
  return found;
}
