import { boolean, integer, jsonb, text, timestamp } from 'drizzle-orm/pg-core';
import { farebox } from '../../../platform/database/schema.js';

/** Objects to create at Stripe, recorded before the request. */
export const stripeWrites = farebox.table('stripe_writes', {
  /** Its purpose: `customer:<account>`, for example. One object is ever created for it. */
  operation: text('operation').primaryKey(),
  /** The parameters of the first try, used by every later one; deleted when the object is created. */
  params: jsonb('params'),
  /** Part of the idempotency key; increased when the earlier key is spent or too old. */
  attempt: integer('attempt').notNull().default(0),
  attemptedAt: timestamp('attempted_at', { withTimezone: true }),
  /** Stripe stored a failure under this attempt's key. */
  spent: boolean('spent').notNull().default(false),
  /** Stripe's id of the object, once it is created. */
  objectId: text('object_id'),
});
