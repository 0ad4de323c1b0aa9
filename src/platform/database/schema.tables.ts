import { boolean, integer } from 'drizzle-orm/pg-core';
import { farebox } from './schema.js';

/** One row. A migration after which older programs would do wrong raises it: docs/operations.md, "Releases". */
export const schemaSupport = farebox.table('schema_support', {
  only: boolean('only').primaryKey().default(true),
  /** How many migrations a program must have, at least, to work on this schema. */
  oldest: integer('oldest').notNull(),
});
