import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import Stripe from 'stripe';
import { Catalog, type CatalogPrice } from '../../../../catalog/index.js';
import { Log } from '../../../../platform/logging/logger.js';
import { expressUsage } from '../catalog/import-price.js';
import { expectObject } from '../stripe-errors.js';
import { Role } from '../../../../platform/lifecycle/role.js';

/** Others are fetched one by one when they appear on an invoice. */
const REMEMBERED = 1_000;
const PAGE = 100;

/**
 * The prices on invoices, with their tiers. The terms of a price never change. They are loaded at the start, so that
 * fetching an invoice takes one request, and none for its prices.
 */
@Injectable()
export class BilledPrices implements OnApplicationBootstrap {
  private readonly prices = new LRUCache<string, Stripe.Price>({ max: REMEMBERED });
  private readonly log: Log;

  constructor(
    private readonly stripe: Stripe,
    private readonly catalog: Catalog,
    private readonly role: Role,
    log: Log,
  ) {
    this.log = log.named('billing');
  }

  onApplicationBootstrap(): void {
    if (!this.role.runs('everywhere')) return;
    void this.learn().catch((error: unknown) => {
      this.log.debug(
        `Prices are looked up when they are first needed: ${error instanceof Error ? error.message : 'unknown'}`,
      );
    });
  }

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
  async termsOf(priceId: string): Promise<CatalogPrice | undefined> {
    const found = await this.find(priceId);
    const expressed = expressUsage(found, '', '');
    if ('value' in expressed) return expressed.value;
    for (const { price } of this.catalog.plans)
      if (!('stripePriceId' in price) && price.lookupKey === found.lookup_key) return price;
    return undefined;
  }

  private async learn(): Promise<void> {
    const listed = this.stripe.prices.list({ type: 'recurring', limit: PAGE, expand: ['data.tiers'] });
    let left = REMEMBERED;
    for await (const price of listed) {
      this.prices.set(price.id, price);
      if (--left === 0) return;
    }
  }
}
