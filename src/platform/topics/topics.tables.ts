import { index, integer, jsonb, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { farebox } from '../database/schema.js';

/** Messages of a topic, kept until every subscriber has had them. */
export const topicMessages = farebox.table('topic_messages', {
  id: uuid('id').primaryKey(),
  topic: text('topic').notNull(),
  payload: jsonb('payload').notNull(),
  publishedAt: timestamp('published_at', { withTimezone: true }).notNull(),
});

/** One row per message and subscriber: a pending delivery. Taken and deleted with the subscriber's result. */
export const topicDeliveries = farebox.table(
  'topic_deliveries',
  {
    messageId: uuid('message_id')
      .notNull()
      .references(() => topicMessages.id),
    subscriber: text('subscriber').notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).notNull(),
    lastError: text('last_error'),
  },
  (table) => [
    primaryKey({ columns: [table.messageId, table.subscriber] }),
    index('topic_deliveries_due').on(table.subscriber, table.nextAttemptAt),
  ],
);
