import { amountOfMinorUnits, majorUnitText } from '../amount.js';
import type { Charge, ChargeLine } from './charge.js';

/** A charge as a table for people: item, quantity, price and amount of each line. */
export function chargeTable(charge: Charge): string {
  const money = (minorUnits: bigint) => majorUnitText(amountOfMinorUnits(minorUnits, charge.currency));
  const rows = charge.lines.map((line) => [
    describeChargeLine(line),
    grouped(line.quantity),
    '×',
    majorUnitText(line.unitAmount),
    '=',
    money(line.minorUnits),
  ]);
  rows.push(['total', '', '', '', '', `${money(charge.minorUnits)} ${charge.currency.toUpperCase()}`]);
  return align(rows);
}

/** The subject of a line, in words. */
export function describeChargeLine({ kind, tier, from, upTo }: ChargeLine): string {
  if (kind === 'packages') return 'packages';
  if (tier === null) return kind === 'fee' ? 'base fee' : 'units';
  const units = upTo === 'inf' ? `from ${grouped(from)}` : `${grouped(from)} to ${grouped(upTo)}`;
  return `tier ${tier} (${units})${kind === 'fee' ? ', flat fee' : ''}`;
}

/** 1,000 rather than 1000, the same in every locale. */
export function grouped(units: bigint | number): string {
  return units.toLocaleString('en-US');
}

/** The first column to the left, numbers with their points below each other. */
function align(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]?.map((_, column) => column) ?? [];
  const widths = columns.map((column) => ({
    before: Math.max(...rows.map((row) => split(row[column] ?? '').before.length)),
    after: Math.max(...rows.map((row) => split(row[column] ?? '').after.length)),
  }));
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const { before = 0, after = 0 } = widths[column] ?? {};
          if (column === 0) return cell.padEnd(before + after);
          const parts = split(cell);
          return parts.before.padStart(before) + parts.after.padEnd(after);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A cell of letters has no point to align by. */
function split(cell: string): { before: string; after: string } {
  const point =
    /^[\d,]+(?=\.\d)/.exec(cell)?.[0].length ?? /^[\d,]+(?= )/.exec(cell)?.[0].length ?? cell.length;
  return { before: cell.slice(0, point), after: cell.slice(point) };
}
