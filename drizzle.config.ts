import { defineConfig } from 'drizzle-kit';

/** `npm run db:generate` writes the next migration from the tables that modules declare beside their code. */
export default defineConfig({ dialect: 'postgresql', schema: './src/**/*.tables.ts', out: './migrations' });
