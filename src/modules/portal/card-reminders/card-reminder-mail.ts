import type { ReminderKind } from './card-reminders.js';

/** The facts in the mail to one account. */
export interface ReminderFacts {
  /** Paid calls that an account without a payment method may make in a billing period. */
  limit: number;
  /** UTC. */
  periodEnd: Date;
  /** The page where a payment method is added. */
  dashboard: string;
}

/** Subject and text of a mail that asks for a payment method. It contains no name, token or amount. */
export function cardReminderMail(
  kind: ReminderKind,
  facts: ReminderFacts,
): { subject: string; text: string } {
  const add = `To add a payment method, sign in to your dashboard and choose "Add a payment method":\n\n${facts.dashboard}`;
  return { subject: SUBJECT[kind], text: `${REASON[kind](facts)}\n\n${add}\n\n${FOOTER}` };
}

const SUBJECT: Readonly<Record<ReminderKind, string>> = {
  calls_used: 'Add a payment method to keep calling the API',
  period_ends: 'Add a payment method before your next invoice',
};

const REASON: Readonly<Record<ReminderKind, (facts: ReminderFacts) => string>> = {
  calls_used: ({ limit, periodEnd }) =>
    `Your account has no payment method, and has used at least 80% of the ${limit.toLocaleString('en')} paid calls allowed without one in this billing period. Once they are used, further calls are refused until you add a payment method or the period ends on ${dayOf(periodEnd)}.`,
  period_ends: ({ periodEnd }) =>
    `Your billing period ends on ${dayOf(periodEnd)}. Your account has no payment method, so the invoice for this period cannot be paid and your access to the API may stop.`,
};

const FOOTER =
  'If you added a payment method in the meantime, you can ignore this email. You can also add one through the billing portal, with POST /account/billing-portal.';

/** `1 December 2026 (UTC)` */
function dayOf(time: Date): string {
  const day = time.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return `${day} (UTC)`;
}
