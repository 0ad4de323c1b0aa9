import { beforeAll, describe, expect, it } from '@jest/globals';
import { type ChangeLife, PERIODS, randomLives, writtenLife } from './support/change-lives.js';
import { type Changed, liveChanges } from './support/changes.js';
import { DAY, monthsLater } from './support/oracle.js';

const SHORT = process.env['YEAR_FORM'] === 'short';
const FIRST = Number(process.env['YEAR_SEED'] ?? 1);
const SEEDS = Number(process.env['YEAR_CHANGES'] ?? (SHORT ? 3 : 30));

/** Sign-ups at the end of a January of 31 days, before a February of 29. */
const FROM = Date.UTC(2028, 0, 29) / 1000;
const UNTIL = monthsLater(FROM + 4 * DAY, PERIODS) + 2 * DAY;

const toGift = { calls: 15, act: { kind: 'plan', plan: 'gift' } } as const;
const toAllowance = { calls: 15, act: { kind: 'plan', plan: 'allowance' } } as const;
const WRITTEN = {
  flips: writtenLife('flips', 'allowance', FROM, [toGift, toAllowance, toGift, toAllowance, toGift]),
  flipsNow: writtenLife(
    'flips now',
    'allowance',
    FROM,
    [toGift, toAllowance, toGift, toAllowance, toGift].map(({ calls, act }) => ({
      calls,
      act: { ...act, when: 'now' as const },
    })),
  ),
  stays: writtenLife(
    'stays',
    'allowance',
    FROM,
    [15, 15, 15, 15, 15].map((calls) => ({ calls })),
  ),
  enters: writtenLife('enters', 'small', FROM, [
    { calls: 10, act: { kind: 'plan', plan: 'pro' } },
    { calls: 200, act: { kind: 'plan', plan: 'small', when: 'now' } },
    { act: { kind: 'plan', plan: 'small' } },
  ]),
};

let lived: Map<ChangeLife, Changed>;
const of = (life: ChangeLife): Changed => {
  const changed = lived.get(life);
  if (!changed) throw new Error(`${life.name} was not lived`);
  return changed;
};
const seeds = Array.from({ length: SEEDS }, (_, n) => FIRST + n);
const random = new Map(seeds.map((seed) => [seed, randomLives(seed, FROM)]));

/** Each world waits for one thing after the other. */
beforeAll(async () => {
  const all = [...Object.values(WRITTEN), ...[...random.values()].flat()];
  const worlds = SEEDS > 4 ? 2 : 1;
  const shares = Array.from({ length: worlds }, (_, n) => all.filter((_life, index) => index % worlds === n));
  const maps = await Promise.all(shares.map((share) => liveChanges(share, UNTIL)));
  lived = new Map(maps.flatMap((map) => [...map]));
}, 7_200_000);

describe(`random changes of plan, seeds ${FIRST} to ${FIRST + SEEDS - 1}`, () => {
  it.each(seeds)('are answered and billed to the cent: seed %i', (seed) => {
    for (const life of random.get(seed) ?? [])
      expect({ [life.name]: of(life).differences }).toEqual({ [life.name]: [] });
  });

  it('are made, wait and are refused', () => {
    const seen = [...random.values()].flat().map(of);
    const answered = (status: number): number =>
      seen.reduce((sum, { answers }) => sum + (answers[status] ?? 0), 0);
    process.stderr.write(
      `seeds ${FIRST} to ${FIRST + SEEDS - 1}: ${answered(200)} made or scheduled, ${answered(409)} refused, ${seen.reduce((sum, { invoices }) => sum + invoices.length, 0)} invoices of ${seen.reduce((sum, { calls }) => sum + calls, 0)} calls\n`,
    );
    expect(answered(200)).toBeGreaterThan(SEEDS);
    expect(answered(409)).toBeGreaterThan(0);
  });
});

it('flipping five times between two plans with an allowance costs what staying costs', () => {
  const [flips, now, stays] = [of(WRITTEN.flips), of(WRITTEN.flipsNow), of(WRITTEN.stays)];
  expect([flips.differences, now.differences, stays.differences]).toEqual([[], [], []]);
  const first = ({ invoices: [invoice] }: Changed) =>
    invoice && { cents: invoice.cents, calls: invoice.calls };
  // 75 calls, of which twenty are free once.
  expect(first(stays)).toEqual({ cents: 55n * 7n, calls: 75n });
  expect(first(flips)).toEqual(first(stays));
  expect(first(now)).toEqual(first(stays));
  // Those back to the plan that it is on are none.
  expect(now.answers[409]).toBe(3);
});

it('a base fee that is entered and left is paid to the end of the period', () => {
  const { differences, invoices, answers } = of(WRITTEN.enters);
  expect(differences).toEqual([]);
  const [first] = invoices;
  // From the 30th of January to the 29th of February, 30 of the period's 31 days: ten calls of before, 200 of after.
  const fee = (2n * 3500n * 30n + 31n) / (2n * 31n);
  expect(first?.cents).toBe(10n * 10n + 200n * 2n + fee);
  expect(answers).toEqual({ 200: 3, 409: 1 });
});
