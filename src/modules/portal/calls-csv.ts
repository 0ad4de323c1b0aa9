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

/** The start of a formula in spreadsheets, also in full-width letters: text from a caller must stay text. */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
/** Separators of cells: commas here, semicolons or tabs where a spreadsheet's language uses them. */
const SEPARATOR = /[",;\t\r\n]/;

const END_OF_LINE = '\r\n';

/** The first line of calls as CSV (RFC 4180): the names of the columns. */
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
