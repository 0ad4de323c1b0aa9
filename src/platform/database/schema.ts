import { pgSchema } from 'drizzle-orm/pg-core';

/** The PostgreSQL schema of all our tables. Every statement names it, so that none depends on a search_path. */
export const SCHEMA = 'farebox';
export const farebox = pgSchema(SCHEMA);
