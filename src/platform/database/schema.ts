import { pgSchema } from 'drizzle-orm/pg-core';

/** The PostgreSQL schema of all our tables. Every statement names it, so that none depends on a search_path. */
export const SCHEMA = 'farebox';
export const farebox = pgSchema(SCHEMA);

const QUALIFIER = /\bfarebox\.|"farebox"\./g;

/** A statement about the tables of a schema that has another name: `DATABASE_SCHEMA`. */
export function inSchema(statement: string, schema: string): string {
  return statement.replaceAll(QUALIFIER, `"${schema}".`);
}

/**
 * SQL for what stands before the names of locks and channels, which two schemas of one database must not share: null in
 * `farebox`, where processes of the release before know them without. `inSchema` changes the first literal alone.
 */
export const PREFIX = `nullif('farebox.', 'farebox' || '.')`;

/** SQL for such a name. */
export const ownName = (name: string): string => `concat(${PREFIX}, ${name}::text)`;

/** The same of a name that SQL takes as an identifier only. */
export const ownChannel = (name: string, schema: string): string =>
  schema === SCHEMA ? name : `"${schema}".${name}`;
