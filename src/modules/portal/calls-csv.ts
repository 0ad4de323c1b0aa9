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

/** What a spreadsheet would take for a formula: what a caller wrote must stay a text. */
const FORMULA = /^[=+\-@\t\r]/;

/** Calls as CSV (RFC 4180): a line of names, then one per call, in their order. */
export function callsCsv(calls: readonly CallDto[]): string {
  const lines = calls.map((call) => COLUMNS.map((column) => cell(call[column])).join(','));
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}

function cell(value: string | number | Date | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return value.toISOString();
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
