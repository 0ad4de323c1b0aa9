import Stripe from 'stripe';
import { fingerprint } from '../../../../platform/idempotency/fingerprint.js';
import type { CatalogChange } from '../../ports/catalog-sync.js';
import { PLAN_KEY } from '../subscription-state.js';
import { expectObject } from '../stripe-errors.js';
import { type AccountState, productOf } from './account-state.js';
import { createOnce } from './keyed-create.js';
import { markChanges, marksOf, partOf } from './marks.js';
import { enumerated, otherCurrencies, ownMetadata } from './price-extras.js';
import { sameTerms, termsOfPrice } from './price-terms.js';
import { differencesOf, type Step } from './step.js';
import type { WantedPrice } from './wanted-prices.js';

/**
 * Prices cannot be changed. Different terms need a new price: the lookup key moves to it, and the former one is
 * archived and keeps its subscribers. A former price with the same terms is used again, and a price with just these
 * terms that was created manually is adopted, so that the account does not fill up with copies.
 */
export class PriceComparison {
  constructor(
    private readonly stripe: Stripe,
    private readonly state: AccountState,
    /** Whether amounts in currencies that the file lacks may be lost. */
    private readonly dropCurrencies = false,
  ) {}

  /** Steps that create a price of the file, and archive those that it replaces. */
  compare(wanted: WantedPrice): Step[] {
    const current = this.choose(wanted);
    const former = this.formerOf(wanted, current);
    const replaced = former.find(({ lookup_key }) => lookup_key === wanted.lookupKey) ?? former[0];
    const lost = this.lostCurrencies(former, current);
    if (lost && !this.dropCurrencies) return [this.refused(wanted, lost)];
    const step = current ? this.kept(wanted, current) : this.created(wanted, replaced, lost?.currencies);
    return [step, ...former.map((price) => this.archived(price, wanted))];
  }

  /** Amounts that the replacement would not have: they cannot be carried over to another amount. */
  private lostCurrencies(
    former: readonly Stripe.Price[],
    current?: Stripe.Price,
  ): { price: Stripe.Price; currencies: string[] } | undefined {
    const kept = current ? otherCurrencies(current) : [];
    return former
      .map((price) => ({
        price,
        currencies: otherCurrencies(price).filter((code) => !kept.includes(code)),
      }))
      .find(({ currencies }) => currencies.length > 0);
  }

  private refused(
    wanted: WantedPrice,
    { price, currencies }: { price: Stripe.Price; currencies: readonly string[] },
  ): Step {
    const from = { ...this.termsOf(price), tax: price.tax_behavior ?? 'unspecified' };
    return {
      change: {
        kind: kindOf(wanted),
        name: wanted.plan,
        action: 'refuse',
        id: price.id,
        differences: differencesOf(from, { ...wanted.terms, tax: wanted.taxBehavior }),
        message: `${price.id} has amounts in ${enumerated(currencies)} too, which the catalog cannot describe and the new price would not have. Pass --drop-currencies to replace it without them; or undo the change, or add the price with all its currencies in Stripe, without a lookup key: apply adopts it`,
      },
    };
  }

  /** Steps that archive prices of plans, or base fees, that are no longer in the file. */
  leftOver(wanted: readonly WantedPrice[]): Step[] {
    const asked = new Set(wanted.map(({ product, part, plan }) => `${part} ${product} ${plan}`));
    return this.state.prices
      .filter((price) => {
        const part = partOf(price.metadata);
        const place = `${part} ${productOf(price)} ${price.metadata[PLAN_KEY]}`;
        return price.active && part !== undefined && !asked.has(place);
      })
      .map((price) => this.archived(price));
  }

  /** Prices of ours that must be replaced. */
  private formerOf(wanted: WantedPrice, current?: Stripe.Price): Stripe.Price[] {
    return this.ownOf(wanted).filter(({ id, active }) => id !== current?.id && active);
  }

  /** The price at Stripe that matches the file, except for fields that can be changed. */
  choose(wanted: WantedPrice): Stripe.Price | undefined {
    const fits = (price: Stripe.Price) =>
      productOf(price) === wanted.product &&
      sameTerms(wanted.terms, this.termsOf(price)) &&
      // Stripe allows it to be set once.
      [wanted.taxBehavior, 'unspecified', null].includes(price.tax_behavior);
    const { prices } = this.state;
    return (
      prices.find((price) => price.lookup_key === wanted.lookupKey && fits(price)) ??
      newestFirst(this.ownOf(wanted)).find(fits) ??
      prices.find(
        (price) =>
          price.active && price.lookup_key === null && partOf(price.metadata) === undefined && fits(price),
      )
    );
  }

  /** All prices on its product that were this part of this plan. */
  private ownOf(wanted: WantedPrice): Stripe.Price[] {
    return this.everOf(wanted).filter((price) => productOf(price) === wanted.product);
  }

  /** The same on any product: a plan may have had another one. */
  everOf({ part, plan, lookupKey }: WantedPrice): Stripe.Price[] {
    return this.state.prices.filter(
      ({ lookup_key, metadata }) =>
        lookup_key === lookupKey || (metadata[PLAN_KEY] === plan && partOf(metadata) === part),
    );
  }

  private termsOf(price: Stripe.Price): ReturnType<typeof termsOfPrice> {
    const { meters } = this.state;
    return termsOfPrice(price, (id) => meters.find((meter) => meter.id === id)?.event_name ?? id);
  }

  private kept(wanted: WantedPrice, price: Stripe.Price): Step {
    const { id, active, metadata } = price;
    const marks = markChanges(marksOf(metadata), wanted.marks);
    const differences = differencesOf(
      {
        'lookup key': price.lookup_key ?? '',
        nickname: price.nickname ?? '',
        tax: price.tax_behavior ?? 'unspecified',
        status: active ? 'active' : 'archived',
        ...marksOf(metadata),
      },
      {
        'lookup key': wanted.lookupKey,
        nickname: wanted.nickname,
        tax: wanted.taxBehavior,
        status: 'active',
        ...wanted.marks,
      },
      ['lookup key', 'nickname', 'tax', 'status', ...Object.keys(marks)],
    );
    const action = !active ? 'reactivate' : differences.length > 0 ? 'change' : 'none';
    return {
      change: { kind: kindOf(wanted), name: wanted.plan, action, id, differences },
      perform: async () => {
        await this.stripe.prices.update(id, {
          active: true,
          nickname: wanted.nickname,
          metadata: marks,
          ...(price.lookup_key === wanted.lookupKey
            ? {}
            : { lookup_key: wanted.lookupKey, transfer_lookup_key: true }),
          ...(price.tax_behavior === wanted.taxBehavior || wanted.taxBehavior === 'unspecified'
            ? {}
            : { tax_behavior: wanted.taxBehavior }),
        });
      },
    };
  }

  private created(
    wanted: WantedPrice,
    replaced: Stripe.Price | undefined,
    lost: readonly string[] = [],
  ): Step {
    const terms = { ...wanted.terms, tax: wanted.taxBehavior };
    const from = replaced ? { ...this.termsOf(replaced), tax: replaced.tax_behavior ?? 'unspecified' } : {};
    const change: CatalogChange = {
      kind: kindOf(wanted),
      name: wanted.plan,
      action: 'create',
      id: null,
      differences: differencesOf(from, terms),
      ...(replaced
        ? {
            message: `replaces ${replaced.id}; existing subscribers keep it unless you pass --migrate${lost.length === 0 ? '' : `; its amounts in ${enumerated(lost)} are dropped`}`,
          }
        : {}),
    };
    return {
      change,
      perform: async (made) => {
        const metadata = { ...ownMetadata(replaced?.metadata ?? {}), ...wanted.marks };
        const meter = wanted.eventName === null ? '' : (made.meters.get(wanted.eventName) ?? '');
        const params: Stripe.PriceCreateParams = {
          ...wanted.params(meter),
          product: wanted.product,
          lookup_key: wanted.lookupKey,
          // In the same request that creates it: there is no moment without a price.
          transfer_lookup_key: true,
          metadata,
          ...(wanted.nickname === '' ? {} : { nickname: wanted.nickname }),
          ...(wanted.taxBehavior === 'unspecified' ? {} : { tax_behavior: wanted.taxBehavior }),
        };
        const price = await createOnce(
          `price:${fingerprint([wanted.terms, wanted.taxBehavior, wanted.product, meter, params.lookup_key, params.nickname, metadata])}`,
          (idempotencyKey) => this.stripe.prices.create(params, { idempotencyKey }),
          () => this.findMade(wanted, meter),
        );
        const { id } = expectObject(price, 'price');
        made.prices.set(wanted.lookupKey, id);
        return id;
      },
    };
  }

  private async findMade(wanted: WantedPrice, meter: string): Promise<Stripe.Price | undefined> {
    const { data } = await this.stripe.prices.list({
      lookup_keys: [wanted.lookupKey],
      active: true,
      limit: 1,
      expand: ['data.tiers'],
    });
    const name = (id: string) => (id === meter ? (wanted.eventName ?? id) : id);
    return data.find((price) => sameTerms(wanted.terms, termsOfPrice(price, name)));
  }

  /** @param successor the price that replaces it; absent: none. */
  private archived(price: Stripe.Price, successor?: WantedPrice): Step {
    const { id, metadata } = price;
    const part = successor?.part ?? partOf(metadata);
    return {
      change: {
        kind: part === 'base' ? 'base fee' : 'price',
        name: successor?.plan ?? metadata[PLAN_KEY] ?? id,
        action: 'archive',
        id,
        differences: [{ what: 'status', from: 'active', to: 'archived' }],
      },
      perform: async (made) => {
        await this.freeFromDefault(price, successor && made.prices.get(successor.lookupKey));
        await this.stripe.prices.update(id, { active: false });
      },
    };
  }

  /** Stripe does not archive a price that is the default of its product. */
  private async freeFromDefault(price: Stripe.Price, successor: string | undefined): Promise<void> {
    const product = this.state.products.find(({ id }) => id === productOf(price));
    const held = product?.default_price;
    if (!product || (typeof held === 'string' ? held : held?.id) !== price.id) return;
    await this.stripe.products.update(product.id, { default_price: successor ?? '' });
  }
}

function kindOf({ part }: WantedPrice): 'price' | 'base fee' {
  return part === 'usage' ? 'price' : 'base fee';
}

function newestFirst(prices: readonly Stripe.Price[]): Stripe.Price[] {
  return prices.toSorted((one, other) => other.created - one.created);
}
