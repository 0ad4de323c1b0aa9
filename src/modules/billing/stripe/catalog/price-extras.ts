import type Stripe from 'stripe';
import { marksOf } from './marks.js';

/**
 * The additional currencies of a price, which the format cannot express.
 * @param price with its `currency_options` (`expand`)
 */
export function otherCurrencies({ currency, currency_options }: Stripe.Price): string[] {
  return Object.keys(currency_options ?? {})
    .filter((code) => code !== currency)
    .sort();
}

/** The operator's own metadata, beside our marks. */
export function ownMetadata(metadata: Stripe.Metadata): Stripe.Metadata {
  const marks = marksOf(metadata);
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !(key in marks)));
}

/** `eur, gbp and jpy` */
export function enumerated(words: readonly string[]): string {
  return words.join(', ').replace(/, ([^,]*)$/, ' and $1');
}
