import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import Stripe from 'stripe';
import { Catalogue, type CataloguePrice } from '../../../../catalogue/index.js';
import { expressUsage } from '../catalogue/import-price.js';
import { expectObject } from '../stripe-errors.js';

/** What a price charges never changes; whether the catalogue has it may. */
const REMEMBERED_MS = 10 * 60_000;

/** The prices that stand on invoices, with their tiers. */
@Injectable()
export class BilledPrices {
  private readonly prices = new LRUCache<string, Stripe.Price>({ max: 1_000, ttl: REMEMBERED_MS });

  constructor(
    private readonly stripe: Stripe,
    private readonly catalogue: Catalogue,
  ) {}

  async find(priceId: string): Promise<Stripe.Price> {
    const known = this.prices.get(priceId);
    if (known) return known;
    const price = expectObject(
      await this.stripe.prices.retrieve(priceId, { expand: ['tiers'] }),
      'price',
    ) as Stripe.Price;
    this.prices.set(priceId, price);
    return price;
  }

  /** See `InvoiceGateway.termsOf`. */
  async termsOf(priceId: string): Promise<CataloguePrice | undefined> {
    const found = await this.find(priceId);
    for (const { price } of this.catalogue.plans)
      if (!('stripePriceId' in price) && price.lookupKey === found.lookup_key) return price;
    const expressed = expressUsage(found, '', '');
    return 'value' in expressed ? expressed.value : undefined;
  }
}
