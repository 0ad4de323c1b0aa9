import type Stripe from 'stripe';
import { hash, paramsOf, required, text, unsettable, type Parsed } from './params.js';

const line = unsettable(text());

const addressSpecs = paramsOf<Stripe.AddressParam>()({
  city: line,
  country: line,
  line1: line,
  line2: line,
  postal_code: line,
  state: line,
});

export const address = hash(addressSpecs);

export const shipping = hash(
  paramsOf<Stripe.CustomerCreateParams.Shipping>()({
    address: required(address),
    name: required(text()),
    phone: unsettable(text()),
  }),
);

export function addressView(sent: Parsed<typeof addressSpecs>): Stripe.Address {
  return {
    city: sent.city ?? null,
    country: sent.country ?? null,
    line1: sent.line1 ?? null,
    line2: sent.line2 ?? null,
    postal_code: sent.postal_code ?? null,
    state: sent.state ?? null,
  };
}
