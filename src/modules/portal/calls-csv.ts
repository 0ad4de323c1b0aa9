import type { CallDto } from './account-calls.dto.js';

const COLUMNS = [
  'id',
  'startedAt',
  'verb',
  'route',
  'path',
  'status',
  'durationMs',
  'units',
  'user',
  'tokenId',
  'plan',
  'corrects',
] as const satisfies readonly (keyof CallDto)[];

/** What a spreadsheet would take for a formula, also by its full-width letters: what a caller wrote must stay a text. */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
/** What separates cells somewhere: by commas here, by semicolons or tabs where a spreadsheet's language asks for them. */
const SEPARATOR = /[",;\t\r\n]/;

const END_OF_LINE = '\r\n';

/** The first line of calls as CSV (RFC 4180): their names. */
export const csvHead = (): string => COLUMNS.join(',') + END_OF_LINE;

/** A line for each call, in their order. */
export const csvLines = (calls: readonly CallDto[]): string =>
  calls.map((call) => COLUMNS.map((column) => cell(call[column])).join(',') + END_OF_LINE).join('');

function cell(value: string | number | Date | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return value.toISOString();
  const text = FORMULA.test(value) ? `'${value}` : value;
  return SEPARATOR.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
