import { expect, it } from '@jest/globals';
import { PLANS } from './support/lives.js';
import { liveTheYear } from './support/year.js';

const SHORT = process.env['YEAR_FORM'] === 'short';
const SEED = Number(process.env['YEAR_SEED'] ?? 1);
/** The short form lives two ends of a month; in the long one somebody has every plan. */
const CHOSEN = SHORT
  ? { customers: 4, months: 2, from: Date.UTC(2028, 0, 27) / 1000 }
  : { customers: PLANS, months: 13, from: Date.UTC(2027, 11, 30) / 1000 };
const FORM = {
  from: CHOSEN.from,
  customers: Number(process.env['YEAR_CUSTOMERS'] ?? CHOSEN.customers),
  months: Number(process.env['YEAR_MONTHS'] ?? CHOSEN.months),
  seed: SEED,
};

it(`bills the same to the cent by meter events and by own rating (seed ${SEED})`, async () => {
  const [reported, rated] = await Promise.all([liveTheYear(FORM), liveTheYear(FORM, undefined, 'invoice')]);
  const { differences, misnamed, charged } = rated;
  expect({ differences, misnamed, charged }).toEqual({
    differences: [],
    misnamed: [],
    charged: reported.charged,
  });
  expect(rated.meterEvents).toBe(0);
  expect(reported.meterEvents).toBeGreaterThan(0);
  expect(rated.invoices).toBeGreaterThan(FORM.customers);
  // Else the two would agree about nothing.
  expect(
    Object.values(charged)
      .flat()
      .some((one) => / [1-9]\d*$/.test(one)),
  ).toBe(true);
});
