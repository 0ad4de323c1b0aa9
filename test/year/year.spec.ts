import { expect, it } from '@jest/globals';
import { PLANS } from './support/lives.js';
import { liveTheYear } from './support/year.js';

const SHORT = process.env['YEAR_FORM'] === 'short';
const SEED = Number(process.env['YEAR_SEED'] ?? 1);

/** Both hold the 31st of January and a 29th of February. */
const CHOSEN = SHORT
  ? { customers: 8, months: 3, from: Date.UTC(2028, 0, 27) / 1000 }
  : { customers: 50, months: 13, from: Date.UTC(2027, 11, 30) / 1000 };
const FORM = {
  from: CHOSEN.from,
  customers: Number(process.env['YEAR_CUSTOMERS'] ?? CHOSEN.customers),
  months: Number(process.env['YEAR_MONTHS'] ?? CHOSEN.months),
};

/** Each waits for one thing after the other, so several at once; and in each somebody has every plan. */
const WORLDS = Math.min(2, Math.max(1, Math.floor(FORM.customers / PLANS)));

it(`bills ${FORM.customers} customers for ${FORM.months} months to the cent (seed ${SEED})`, async () => {
  const worlds = Array.from({ length: WORLDS }, (_, n) => {
    const customers = Math.floor((FORM.customers + n) / WORLDS);
    return liveTheYear({ ...FORM, customers, seed: SEED * WORLDS + n });
  });
  const lived = await Promise.all(worlds);
  const sum = (of: 'invoices' | 'calls' | 'overHttp' | 'uninvoiced') =>
    lived.reduce((total, { [of]: value }) => total + value, 0);
  const seen = {
    invoices: sum('invoices'),
    calls: sum('calls'),
    overHttp: sum('overHttp'),
    uninvoiced: sum('uninvoiced'),
  };
  process.stderr.write(`seed ${SEED}: ${JSON.stringify(seen)}\n`);
  const wrong = (of: 'differences' | 'misnamed') => lived.flatMap((world) => world[of]);
  expect({ differences: wrong('differences'), misnamed: wrong('misnamed') }).toEqual({
    differences: [],
    misnamed: [],
  });
  // A year in which nothing happened would prove nothing.
  expect(seen.invoices).toBeGreaterThan(FORM.customers * 2);
  expect(seen.overHttp).toBeGreaterThan(0);
  expect(seen.uninvoiced).toBeGreaterThan(0);
});
