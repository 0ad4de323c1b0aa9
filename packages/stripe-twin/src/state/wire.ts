import type Stripe from 'stripe';

/**
 * A Stripe type as it travels: the SDK turns decimal strings into its `Decimal` when it reads an answer,
 * so on the wire each of them is a string. Everything else is as the SDK declares it.
 */
export type Wire<T> = T extends string
  ? T
  : T extends Stripe.Decimal
    ? string
    : T extends (infer U)[]
      ? Wire<U>[]
      : T extends object
        ? { [K in keyof T]: Wire<T[K]> }
        : T;
