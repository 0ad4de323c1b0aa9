import type { UsageDifference } from '../modules/usage/index.js';

/** Returned money has columns where there is some. */
export function comparisonTable(rows: readonly UsageDifference[]): string[][] {
  const returned = (['credited', 'refunded', 'disputed'] as const).filter((name) =>
    rows.some((row) => row[name] !== ''),
  );
  const money = (amount: string, currency: string) =>
    amount === '' ? '-' : `${amount} ${currency.toUpperCase()}`;
  return [
    [
      'customer',
      'meter',
      'period',
      'ledger',
      'counted',
      'reported',
      'billed late',
      'waived',
      'stripe',
      'invoiced',
      ...returned,
      '',
      '',
    ],
    ...rows.map((row) => [
      row.customerId,
      row.meter,
      row.periodStart,
      row.ledger,
      row.counted,
      row.reported,
      row.billed,
      row.waived,
      row.stripe,
      row.invoiced === '' ? '-' : row.invoiced,
      ...returned.map((name) => money(row[name], row.currency)),
      row.verdict === 'to_tell' ? 'unreported' : row.verdict,
      row.advice,
    ]),
  ];
}
