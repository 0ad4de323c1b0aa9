import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import type { Catalog, Plan } from '../../../../catalog/index.js';
import { Settings } from '../../../../platform/config/settings.js';
import {
  type ApplyOptions,
  type CatalogChange,
  type CatalogComparison,
  CatalogSync,
  type ComparisonOptions,
  type ImportedCatalog,
} from '../../ports/catalog-sync.js';
import { expectObject, translateStripeError } from '../stripe-errors.js';
import { type AccountState, readForComparison, readForImport } from './account-state.js';
import { compareDestination } from './compare-destination.js';
import { compareEndpoint, wantedEndpoints } from './compare-endpoints.js';
import { compareMeters } from './compare-meters.js';
import { PriceComparison } from './compare-prices.js';
import { compareFormerProducts, compareProduct, productIdOf } from './compare-products.js';
import { destinationUrl, refusalNote } from './event-destinations.js';
import { importCatalog } from './import-catalog.js';
import { cancelMigrations, compareSubscriptions, type Migration } from './migration.js';
import type { Made, Step } from './step.js';
import { type WantedPrice, wantedPrices } from './wanted-prices.js';

/**
 * Reads the objects at Stripe, compares them with the file, and takes the steps between them: no state is kept between
 * runs, so the next run continues an interrupted one. Each object has one key by which it is found again: a meter its
 * event name, a product its id, a price its lookup key and the plan in its metadata.
 */
@Injectable()
export class StripeCatalogSync extends CatalogSync {
  constructor(
    private readonly stripe: Stripe,
    private readonly settings: Settings,
  ) {
    super();
  }

  override async compare(catalog: Catalog, options: ComparisonOptions): Promise<CatalogComparison> {
    try {
      const { steps, notes, startsAnew } = await this.stepsTo(catalog, options);
      return { changes: steps.map(({ change }) => change), notes, startsAnew };
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  override async apply(catalog: Catalog, options: ApplyOptions): Promise<CatalogComparison> {
    try {
      const { steps, notes, made } = await this.stepsTo(catalog, options);
      const changes = steps.map(({ change }) => change);
      if (changes.some(blocksEverything)) return { changes, notes };
      const taken = await take(steps, made, options);
      return { changes: taken.changes, notes: [...notes, ...taken.notes] };
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  override async read(): Promise<ImportedCatalog> {
    try {
      return importCatalog(await readForImport(this.stripe));
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  private async stepsTo(
    catalog: Catalog,
    { migrate, dropCurrencies, onSecret = () => undefined }: ApplyOptions,
  ): Promise<{ steps: Step[]; notes: string[]; made: Made; startsAnew: Migration['startsAnew'] }> {
    const wanted = catalog.plans.flatMap((plan) => wantedPrices(catalog, plan));
    const offered = catalog.plans.filter(({ price }) => !('stripePriceId' in price));
    const state = await readForComparison(this.stripe, {
      productIds: offered.map(productIdOf),
      lookupKeys: wanted.map(({ lookupKey }) => lookupKey),
    });
    const prices = new PriceComparison(this.stripe, state, dropCurrencies);
    const endpoints = wantedEndpoints(this.settings, state.endpoints);
    const thinUrl = destinationUrl(endpoints.wanted);
    const { destinations, refusal } = state.eventDestinations;
    // With STRIPE_PRICE_KEY alone there is no file: objects from other files are left alone.
    const former = offered.length === 0 ? [] : compareFormerProducts(this.stripe, catalog, state);
    const made: Made = {
      meters: new Map(state.meters.map(({ event_name, id }) => [event_name, id])),
      prices: new Map(
        wanted.flatMap((price) => {
          const id = prices.choose(price)?.id;
          return id === undefined ? [] : [[price.lookupKey, id]];
        }),
      ),
    };
    const migration = await this.migration(catalog, state, { wanted, prices, made }, migrate);
    const steps = [
      ...compareMeters(this.stripe, catalog, state),
      ...(await Promise.all(catalog.plans.map((plan) => this.existingPrice(plan)))).flat(),
      ...offered.flatMap((plan) => [
        compareProduct(this.stripe, catalog, plan, state),
        ...wanted.filter((price) => price.plan === plan.id).flatMap((price) => prices.compare(price)),
      ]),
      ...(offered.length === 0 ? [] : prices.leftOver(wanted)),
      ...former,
      ...endpoints.wanted.map((endpoint) =>
        compareEndpoint(this.stripe, endpoint, state.endpoints, onSecret),
      ),
      ...(thinUrl === undefined || refusal !== undefined
        ? []
        : [compareDestination(this.stripe, thinUrl, destinations, onSecret)]),
      ...migration.steps,
    ];
    const notes = thinUrl !== undefined && refusal !== undefined ? [refusalNote(refusal)] : [];
    const { startsAnew } = migration;
    return { steps, notes: [...endpoints.notes, ...notes], made, startsAnew };
  }

  private async migration(
    catalog: Catalog,
    state: AccountState,
    compared: { wanted: readonly WantedPrice[]; prices: PriceComparison; made: Made },
    migrate: ApplyOptions['migrate'],
  ): Promise<Migration> {
    if (migrate === false) return { steps: [], startsAnew: [] };
    if (migrate === 'cancel') return { steps: await cancelMigrations(this.stripe, catalog), startsAnew: [] };
    return compareSubscriptions(this.stripe, catalog, state, compared, migrate === 'now');
  }

  /** The price set by STRIPE_PRICE_KEY is read and left unchanged. */
  private async existingPrice({ id: name, price }: Plan): Promise<Step[]> {
    if (!('stripePriceId' in price)) return [];
    const { id } = expectObject(await this.stripe.prices.retrieve(price.stripePriceId), 'price');
    return [{ change: { kind: 'price', name, action: 'none', id, differences: [] } }];
  }
}

/** Changes that the file requires and that cannot be made; a subscription that cannot be moved does not block others. */
function blocksEverything({ action, kind }: CatalogChange): boolean {
  return action === 'refuse' && kind !== 'subscription';
}

async function take(
  steps: readonly Step[],
  made: Made,
  { onChange = () => undefined }: ApplyOptions,
): Promise<{ changes: CatalogChange[]; notes: string[] }> {
  const changes: CatalogChange[] = [];
  const notes: string[] = [];
  for (const { change, perform, noteInstead } of steps) {
    if (['none', 'pending', 'refuse'].includes(change.action) || !perform) {
      changes.push(change);
      continue;
    }
    try {
      const done = { ...change, id: (await perform(made)) ?? change.id };
      changes.push(done);
      onChange(done);
    } catch (error) {
      const note = noteInstead?.(error);
      if (note === undefined) throw error;
      notes.push(note);
    }
  }
  return { changes, notes };
}
