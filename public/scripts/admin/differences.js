import { badge, element, numberCell, row } from '../dashboard/element.js';
import { formatDay, formatMoney, formatNumber, timeElement } from '../dashboard/format.js';
import { textOf } from '../json.js';
import { accountLink, dataTable, rowButton, toneOf } from './parts.js';

/** What each verdict asks of the operator. @type {Record<string, string>} */
const ADVICE = {
  to_tell: 'Will be reported at the next sync.',
  settling: "Reported; Stripe's totals lag. Wait.",
  missing: "Missing from Stripe's totals. Reported again once it is known to be lost: farebox usage lost.",
  gone: 'The customer was deleted at Stripe.',
  unknown: "Stripe's totals could not be read; retried automatically.",
  miscounted: 'The meter differs from the recorded calls: check the log before you report.',
  late: 'Found after its invoice was finalized. Bill it on the next one: farebox usage bill-late.',
  billed: 'Late usage, billed on a later invoice.',
  excess: 'Reported to Stripe by another sender.',
  pending: 'The period has ended; its invoice is a draft or not created yet. Wait.',
  uninvoiced: 'On no invoice, and none is expected. Bill it on the next one: farebox usage bill-late.',
  overinvoiced: 'Invoiced more than was used. Issue a credit note in Stripe.',
};

/**
 * Discrepancies side by side; figures that differ from the ledger are marked.
 *
 * @param {string} label
 * @param {Record<string, unknown>[]} differences
 * @param {(difference: Record<string, unknown>) => void} [takeBack] decides about an excess; absent: the table is read-only
 */
export function differencesTable(label, differences, takeBack) {
  const returned = RETURNED.filter((name) => differences.some((one) => textOf(one, name) !== ''));
  return dataTable(
    label,
    [
      ['Customer'],
      ['Meter'],
      ['Period from'],
      ['Verdict'],
      ['What to do'],
      ['Ledger', true],
      ['Counted', true],
      ['Reported', true],
      ['Stripe', true],
      ['Invoiced', true],
      ...returned.map((name) => /** @type {[string, boolean]} */ ([capitalized(name), true])),
    ],
    differences.map((difference) => {
      const [verdict, ledger] = [textOf(difference, 'verdict'), textOf(difference, 'ledger')];
      // What was billed late was never to be told.
      const reported = verdict === 'billed' ? textOf(difference, 'reported') : ledger;
      return row(
        accountLink(textOf(difference, 'customerId')),
        textOf(difference, 'meter'),
        timeElement(textOf(difference, 'periodStart'), formatDay),
        element('td', {}, badge(verdict === 'to_tell' ? 'unreported' : verdict, toneOf(verdict))),
        element('td', { class: 'reason' }, ADVICE[verdict] ?? '', ...decision(difference, takeBack)),
        figureCell(ledger, ledger),
        figureCell(textOf(difference, 'counted'), ledger),
        figureCell(textOf(difference, 'reported'), reported),
        figureCell(textOf(difference, 'stripe'), reported),
        invoicedCell(difference),
        ...returned.map((name) => returnedCell(difference, name)),
      );
    }),
  );
}

/** Amounts of the invoices, shown where there are any. */
const RETURNED = ['credited', 'refunded', 'disputed'];

/** @param {string} word */
const capitalized = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/**
 * @param {Record<string, unknown>} difference
 * @param {string} name
 */
function returnedCell(difference, name) {
  const amount = textOf(difference, name);
  return numberCell(amount === '' ? '–' : formatMoney(amount, textOf(difference, 'currency')));
}

/**
 * @param {string} value
 * @param {string} expected
 */
function figureCell(value, expected) {
  if (value === expected) return element('td', { class: 'number' }, formatNumber(value));
  return element(
    'td',
    { class: 'number' },
    element('strong', { class: 'differs' }, formatNumber(value)),
    element('span', { class: 'visually-hidden' }, ' does not match'),
  );
}

/**
 * What final invoices have, marked where that is wrong; nothing while nothing can be on one.
 *
 * @param {Record<string, unknown>} difference
 */
function invoicedCell(difference) {
  const [verdict, invoiced] = [textOf(difference, 'verdict'), textOf(difference, 'invoiced')];
  if (invoiced === '') return element('td', { class: 'number' }, '–');
  const wrong = verdict === 'uninvoiced' || verdict === 'overinvoiced';
  return figureCell(invoiced, wrong ? textOf(difference, 'ledger') : invoiced);
}

/**
 * @param {Record<string, unknown>} difference
 * @param {((difference: Record<string, unknown>) => void) | undefined} takeBack
 */
function decision(difference, takeBack) {
  if (textOf(difference, 'verdict') !== 'excess' || !takeBack) return [];
  const about = `${excessOf(difference)} of ${textOf(difference, 'customerId')}`;
  return [
    ' ',
    rowButton(`Correct ${excessOf(difference)}`, about, () => takeBack(difference), 'button-danger-quiet'),
  ];
}

/**
 * By how much Stripe's total exceeds what was reported, exact.
 *
 * @param {Record<string, unknown>} difference
 */
export function excessOf(difference) {
  try {
    return formatNumber(
      String(BigInt(textOf(difference, 'stripe')) - BigInt(textOf(difference, 'reported'))),
    );
  } catch {
    return 'the excess';
  }
}
