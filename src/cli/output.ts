import { findFareboxError } from '../platform/errors/farebox-error.js';
import { scrub } from '../platform/logging/logger.js';

export interface OutputOptions {
  json?: boolean;
}

/** The command was called in a way that it cannot do anything with. The message says what to do. */
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

/** Says what failed and what to do, and ends with 1. Expected failures show no stack. */
export function reportFailure(error: unknown): void {
  process.exitCode = 1;
  const known = findFareboxError(error);
  if (known) {
    const cause = known.cause instanceof Error ? ` ${known.cause.message}` : '';
    const fields = (known.fields ?? []).map(({ field, message }) => `\n  ${field}: ${message}`).join('');
    console.error(scrub(`${known.code}:${cause || ` ${known.publicMessage}`}${fields}`));
    return;
  }
  const expected =
    error instanceof Error && ['SettingsError', 'CatalogueError', 'UsageError'].includes(error.name);
  console.error(
    expected
      ? error.message
      : scrub(error instanceof Error ? (error.stack ?? error.message) : 'unknown error'),
  );
}
