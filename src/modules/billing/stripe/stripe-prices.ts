import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import Stripe from 'stripe';
import type { Plan } from '../../../catalog/index.js';
import { BillingUnavailableError } from '../ports/billing-errors.js';

const REMEMBERED_MS = 5 * 60_000;

/** Finds the Stripe price of a plan: by the id in the plan, or by its lookup key. */
@Injectable()
export class StripePrices {
  private readonly ids = new LRUCache<string, string>({ max: 1_000, ttl: REMEMBERED_MS });

  constructor(private readonly stripe: Stripe) {}

  /** @throws {BillingUnavailableError} when Stripe has no such price; the cause says what to do. */
  async idOf(plan: Plan): Promise<string> {
    if ('stripePriceId' in plan.price) return plan.price.stripePriceId;
    return this.idOfKey(plan.price.lookupKey, plan.id);
  }

  /** The price of the plan's base fee; undefined when it has none. @throws as `idOf`. */
  async baseFeeOf(plan: Plan): Promise<string | undefined> {
    return plan.baseFee && this.idOfKey(plan.baseFee.lookupKey, plan.id);
  }

  /** Makes the next request look up a plan's prices again: they were replaced. */
  forget({ price, baseFee }: Plan): void {
    if (!('stripePriceId' in price)) this.ids.delete(price.lookupKey);
    if (baseFee) this.ids.delete(baseFee.lookupKey);
  }

  /** The same for any price of a plan, by its lookup key. */
  async idOfKey(lookupKey: string, planId: string): Promise<string> {
    const known = this.ids.get(lookupKey);
    if (known !== undefined) return known;
    const { data } = await this.stripe.prices.list({ lookup_keys: [lookupKey], active: true, limit: 1 });
    const price = data[0];
    if (!price) {
      throw new BillingUnavailableError(
        new Error(
          `Stripe has no active price with the lookup key "${lookupKey}" for plan "${planId}". Run: npm run farebox -- catalog apply`,
        ),
      );
    }
    this.ids.set(lookupKey, price.id);
    return price.id;
  }
}
