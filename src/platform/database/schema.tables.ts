import { boolean, integer, pgTable } from 'drizzle-orm/pg-core';

/** One row. A migration after which older programs would do wrong raises it: docs/operations.md, "Releases". */
export const schemaSupport = pgTable('schema_support', {
  only: boolean('only').primaryKey().default(true),
  /** How many migrations a program must have, at least, to work on this schema. */
  oldest: integer('oldest').notNull(),
});
