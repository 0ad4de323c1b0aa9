import { boolean, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** What is to be made at Stripe, written down before it is asked for. */
export const stripeWrites = pgTable('stripe_writes', {
  /** What it is for: `customer:<account>`, say. One object is made for it, ever. */
  operation: text('operation').primaryKey(),
  /** The parameters of the first try, used by every later one; forgotten when the object is made. */
  params: jsonb('params'),
  /** Part of the idempotency key; a new one when the earlier key is spent or too old. */
  attempt: integer('attempt').notNull().default(0),
  attemptedAt: timestamp('attempted_at', { withTimezone: true }),
  /** Stripe stored a failure under this attempt's key. */
  spent: boolean('spent').notNull().default(false),
  /** Stripe's id of the object, once it is made. */
  objectId: text('object_id'),
});
