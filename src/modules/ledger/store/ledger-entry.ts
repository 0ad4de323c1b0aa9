/** A call of a paid route, or a correction of its units, as stored in the ledger. All ids are texts of ours or Stripe's. */
export interface LedgerCall {
  /** The id of the request (UUIDv7): the key of the row, together with the UTC day in it. */
  id: string;
  accountId: string;
  /** The paying customer, the subscription and the plan: account state at the moment of the call. */
  customerId: string;
  subscriptionId: string;
  plan: string;
  /** The company id used in analytics. */
  companyId: string;
  /** The end user and the token (`jti`), from the token. */
  userId: string;
  sessionId: string;
  /** The route's pattern, `/items/:id`. */
  route: string;
  verb: string;
  /** The requested path, without its query; credentials and emails in it are masked. */
  path: string;
  status: number;
  /** When the request arrived, in milliseconds since the epoch. It determines the billing period. */
  startedAt: number;
  /** From the request to the moment the answer was ready, in microseconds. */
  durationUs: number;
  /** A whole number that the handler counts in: tokens, bytes, rows. 0 unless it set one. May be negative in a correction. */
  units: number;
  /** For a correction: the call whose units were not known when its answer began. It counts for units, not as a call. */
  corrects: string | null;
  /** The request headers that a meter of the catalog filters by, as JSON; empty when there are none. */
  headers: string;
}

/** An `Idempotency-Key`, and SHA-256 of the request under it. */
export interface HeldKey {
  key: string;
  fingerprint: string;
}

/** The answer to a call that was made under an `Idempotency-Key`, to be given again. */
export interface KeyedAnswer extends HeldKey {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** The body, base64. */
  body: string;
  /** In milliseconds since the epoch. */
  expiresAt: number;
}

/** The data written for one call, in one transaction. */
export interface LedgerEntry {
  call: LedgerCall;
  /** The masked exchange for analytics, one line of JSON, kept until the provider has it. Null without a reader. */
  exchange: string | null;
  /** Null for a call without a key, and for one whose answer is not kept. */
  answer: KeyedAnswer | null;
  /** The key whose claim is given up because the answer is not kept: too large, a stream, or a failure of ours. */
  releasedKey: string | null;
  /** Of a correction: the key under which the answer of its call is kept. The correction counts where its call does. */
  heldKey?: HeldKey;
}
