import type { Random } from '../../support/random.js';
import { burst, GIVEN_UP } from './bursts.js';
import type { Deed, Life } from './life.js';
import { DAY } from './oracle.js';

const HOUR = 3_600;

/** By use alone and every month: between these a change leaves a plain bill. */
const CHANGEABLE = ['standard', 'fine', 'dear', 'free', 'package', 'graduated', 'volume'] as const;

/** Never begun in the middle of a period in which something was used. */
const LATER: readonly string[] = ['free', 'package', 'graduated', 'volume'];

/** What becomes of a subscription. */
export type Fate =
  | 'stay'
  /** Two changes of plan; before them one that is taken back, or a cancellation that is. */
  | 'change'
  | 'take-back'
  | 'resume'
  /** The same two changes, of a subscription in the classic billing mode. */
  | 'classic'
  | 'cancel'
  | 'cancel-later'
  /** Cancelled in the dashboard, without and with an invoice of what was used. */
  | 'dashboard'
  | 'dashboard-invoiced'
  /** The card declines: it is replaced, it is not, or the invoice is voided. */
  | 'decline'
  | 'given-up'
  | 'void';

/** What becomes of those who begin on a plan: the first of them, the second, and so on in a circle. */
export const FATES: Readonly<Record<string, readonly [Fate, ...Fate[]]>> = {
  standard: ['change', 'dashboard', 'classic'],
  fine: ['change', 'resume', 'change'],
  dear: ['take-back', 'dashboard-invoiced', 'change'],
  free: ['change', 'resume', 'classic'],
  package: ['classic', 'take-back', 'resume'],
  graduated: ['change', 'void', 'take-back'],
  volume: ['given-up', 'decline', 'change'],
  base: ['decline', 'given-up', 'void'],
  trial: ['cancel'],
  'base-trial': ['cancel-later', 'cancel-later', 'dashboard-invoiced'],
  daily: ['cancel-later'],
  weekly: ['cancel', 'dashboard', 'cancel'],
  fortnightly: ['cancel-later', 'cancel-later', 'dashboard'],
  'ten-days': ['dashboard', 'dashboard-invoiced', 'stay'],
  quarterly: ['stay', 'dashboard', 'dashboard-invoiced'],
  'half-yearly': ['stay', 'cancel', 'dashboard'],
  yearly: ['stay', 'cancel', 'dashboard-invoiced'],
};
/** The short form has one of each that differs most. */
export const SHORT: readonly (readonly [plan: string, fate: Fate])[] = [
  ['graduated', 'take-back'],
  ['base', 'void'],
  ['trial', 'cancel'],
  ['standard', 'classic'],
  ['volume', 'given-up'],
  ['weekly', 'dashboard'],
  ['package', 'resume'],
  ['base-trial', 'cancel-later'],
];

type Fulfil = (life: Life, random: Random, starts: number[], end: number) => void;

/** Plans what each fate makes of a life, from the beginnings of its periods on. */
export const FULFIL: Readonly<Record<Fate, Fulfil>> = {
  stay: () => undefined,
  change,
  classic: change,
  'take-back': (life, random, starts, end) => change(life, random, starts, end, 'take-back'),
  resume: (life, random, starts, end) => change(life, random, starts, end, 'resume'),
  cancel: (life, random, starts) => cancelSomewhere(life, random, starts, { kind: 'cancel', when: 'now' }),
  'cancel-later': (life, random, starts) =>
    cancelSomewhere(life, random, starts, { kind: 'cancel', when: 'period_end' }),
  dashboard: (life, random, starts) =>
    cancelSomewhere(life, random, starts, { kind: 'dashboard', invoice: false }),
  'dashboard-invoiced': (life, random, starts) =>
    cancelSomewhere(life, random, starts, { kind: 'dashboard', invoice: true }),
  decline: (life, random, starts, end) => decline(life, random, starts, end, 'decline'),
  'given-up': (life, random, starts, end) => decline(life, random, starts, end, 'given-up'),
  void: (life, random, starts, end) => decline(life, random, starts, end, 'void'),
};

/** One change in the middle of a period, and another one in a later period. */
function change(
  life: Life,
  random: Random,
  starts: number[],
  end: number,
  first: 'take-back' | 'resume' | 'change' = 'change',
): void {
  const chosen = [...new Set([starts[1], starts[Math.max(2, starts.length - 3)]])];
  let { plan } = life;
  for (const [index, start] of chosen.entries()) {
    if (start === undefined || start + 14 * DAY > end) continue;
    const at = start + random.between(4 * DAY, 11 * DAY);
    const again = at + random.between(HOUR, 2 * DAY);
    // Where nothing was used, a change is made at once.
    burst(life, random, start + 2 * HOUR, start + 3 * HOUR);
    if (index === 0 && first === 'resume') {
      life.deeds.push({ at, do: { kind: 'cancel', when: 'period_end' } });
      life.deeds.push({ at: again, do: { kind: 'resume' } });
      continue;
    }
    const takenBack = index === 0 && first === 'take-back';
    const next = random.pick(
      (takenBack ? LATER : CHANGEABLE).filter((other) => other !== plan) as [string, ...string[]],
    );
    life.deeds.push({ at, do: { kind: 'plan', plan: next } });
    if (takenBack) {
      life.changes.push({ at, plan: next, withdrawnAt: again });
      life.deeds.push({ at: again, do: { kind: 'keep-plan' } });
    } else {
      life.changes.push({ at, plan: next });
      plan = next;
    }
  }
}

function cancelSomewhere(
  life: Life,
  random: Random,
  starts: number[],
  deed: Extract<Deed['do'], { kind: 'cancel' | 'dashboard' }>,
): void {
  // The daily ones long enough to see many periods, and not so long that they were most of the year.
  const index = life.plan === 'daily' ? 25 + random.between(0, 7) : Math.floor(starts.length * 0.7) - 1;
  const [from, to] = [starts[Math.max(1, index)], starts[Math.max(1, index) + 1]];
  if (from === undefined || to === undefined) return;
  // Not at the very edge: a sign-up that came a second late would put it into the period before.
  const at = from + random.between(HOUR * 2, to - from - 2 * HOUR);
  const ends = deed.kind === 'cancel' && deed.when === 'period_end' ? to : at;
  life.deeds.push({ at, do: deed });
  life.ended = { at: ends, billed: deed.kind === 'cancel' || deed.invoice };
  life.status = 'canceled';
  if (!life.ended.billed) burst(life, random, from + HOUR, from + 2 * HOUR);
}

/** The card declines what is due at the end of a period; it is replaced two days later, or never, or the invoice is voided. */
function decline(
  life: Life,
  random: Random,
  starts: number[],
  end: number,
  how: 'decline' | 'given-up' | 'void',
): void {
  const ends = starts.slice(1).filter((edge) => edge + GIVEN_UP + DAY < end);
  const due = ends[random.between(0, ends.length)];
  if (due === undefined) return;
  // Something must be due.
  burst(life, random, due - 2 * HOUR, due - HOUR);
  life.deeds.push({ at: due - DAY, do: { kind: 'card', card: 'pm_card_chargeCustomerFail' } });
  if (how === 'given-up') {
    life.ended = { at: due + GIVEN_UP, billed: false, givenUp: true };
    life.status = 'canceled';
    return;
  }
  if (how === 'void') {
    life.voided.push(due);
    life.deeds.push({ at: due + DAY, do: { kind: 'void' } });
  }
  life.deeds.push({ at: due + 2 * DAY, do: { kind: 'card', card: 'pm_card_visa' } });
}
