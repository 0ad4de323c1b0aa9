import { describeDatabaseProblem } from '../platform/database/database-problem.js';
import { findFareboxError } from '../platform/errors/farebox-error.js';
import { scrub } from '../platform/logging/logger.js';

export interface OutputOptions {
  json?: boolean;
}

/** The command was called with invalid arguments. The message says what to do. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Columns that line up, for people. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Errors whose message says what to do. */
const EXPECTED = [
  'SettingsError',
  'CatalogError',
  'UsageError',
  'StartRefusedError',
  'EmbeddedPostgresError',
];

const DATABASE_AWAY =
  'PostgreSQL cannot be reached at the address in DATABASE_URL. Start it, or correct the address.';

/** Prints what failed and what to do, and ends with 1. Expected failures show no stack. */
export function reportFailure(error: unknown): void {
  process.exitCode = 1;
  console.error(describeFailure(error));
}

function describeFailure(error: unknown): string {
  if (error instanceof Error && EXPECTED.includes(error.name)) return error.message;
  const known = findFareboxError(error);
  if (known?.code === 'database_unavailable') return describeDatabaseProblem(known)?.message ?? DATABASE_AWAY;
  if (known) {
    const cause = known.cause instanceof Error ? ` ${known.cause.message}` : '';
    const fields = (known.fields ?? []).map(({ field, message }) => `\n  ${field}: ${message}`).join('');
    return scrub(`${known.code}:${cause || ` ${known.publicMessage}`}${fields}`);
  }
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code !== undefined && path !== undefined && syscall !== 'connect')
    return `${path} cannot be read or written (${code}).`;
  return scrub(error instanceof Error ? (error.stack ?? error.message) : 'unknown error');
}
