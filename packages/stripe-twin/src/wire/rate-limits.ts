import { RateLimiter } from '../state/rate-limiter.js';
import type { Settings } from '../state/settings.js';
import { rateLimited, type ApiError } from './api-error.js';
import type { Endpoint } from './endpoint.js';

/**
 * Stripe's limits: of the account in all, and of each endpoint ("API endpoints have a default limit of 25 requests per
 * second"; `GET /v1/customers/:id` is one endpoint, whichever the customer). Meter events have a limit of their own
 * and count in all only in Stripe's sandboxes. https://docs.stripe.com/rate-limits
 */
export class RateLimits {
  private readonly all: RateLimiter;
  private readonly meterEvents: RateLimiter;
  private readonly endpoints = new Map<string, RateLimiter>();

  constructor(private readonly settings: Settings) {
    this.all = new RateLimiter(() => ({
      perSecond: settings.values.rateLimitPerSecond,
      burst: settings.values.rateLimitBurst,
    }));
    this.meterEvents = new RateLimiter(() => ({
      perSecond: settings.values.meterEventsPerSecond,
      burst: settings.values.meterEventsBurst,
    }));
  }

  /** Why a request at `now` (milliseconds) may not pass; null when it may. */
  refuse(endpoint: Pick<Endpoint, 'method' | 'path' | 'limit'>, now: number): ApiError | null {
    const own = endpoint.limit === 'meter_events' ? this.meterEvents : this.ofEndpoint(endpoint);
    if (!own.take(now)) return rateLimited('endpoint-rate');
    const counts = endpoint.limit === 'general' || this.settings.values.meterEventsCountInAll;
    return !counts || this.all.take(now) ? null : rateLimited('global-rate');
  }

  reset(): void {
    this.all.reset();
    this.meterEvents.reset();
    this.endpoints.clear();
  }

  private ofEndpoint({ method, path }: Pick<Endpoint, 'method' | 'path'>): RateLimiter {
    const name = `${method} ${path}`;
    let limiter = this.endpoints.get(name);
    if (!limiter) {
      const { settings } = this;
      limiter = new RateLimiter(() => ({
        perSecond: settings.values.endpointLimitPerSecond,
        burst: settings.values.endpointLimitBurst,
      }));
      this.endpoints.set(name, limiter);
    }
    return limiter;
  }
}
