import { Injectable } from '@nestjs/common';
import type { Sql } from '../../../../platform/database/database.js';
import { Topics } from '../../../../platform/topics/topics.js';
import { CHECKOUT_CHANGED } from '../../checkout-topic.js';
import { METER_ERRORS } from '../../meter-errors-topic.js';
import { INVOICE_CHANGED, PAYMENT_RETURNED } from '../../invoice-topic.js';
import { AccountSync } from '../account-sync.js';
import type { WebhookState } from '../../webhook-events.js';
import type { webhookEvents } from './webhook-events.tables.js';

type Event = typeof webhookEvents.$inferSelect;

/** What to do for events of a family of types. `account`: the customer's state here is read anew from Stripe. */
interface Rule {
  types: RegExp;
  account: boolean;
  publish?: (topics: Topics, sql: Sql, event: Event) => Promise<void>;
}

const RULES: readonly Rule[] = [
  { types: /^customer\.(created|updated|deleted)$/, account: true },
  { types: /^customer\.subscription\./, account: true },
  { types: /^payment_method\.(attached|detached)$/, account: true },
  // A schedule that is made, changed or released changes what the account is going to be.
  { types: /^subscription_schedule\./, account: true },
  {
    types:
      /^invoice\.(created|finalized|finalization_failed|paid|payment_failed|payment_action_required|overdue|voided|marked_uncollectible|deleted|updated)$/,
    account: true,
    publish: async (topics, sql, { objectId, customerId, type }) => {
      if (objectId !== null && customerId !== null)
        await topics.publish(sql, INVOICE_CHANGED, { invoiceId: objectId, customerId, type });
    },
  },
  {
    // A dispute names no customer: the invoice that it leads to does.
    types: /^(charge\.refunded|charge\.dispute\.\w+|credit_note\.(created|updated|voided))$/,
    account: false,
    publish: async (topics, sql, { objectId, type }) => {
      if (objectId !== null) await topics.publish(sql, PAYMENT_RETURNED, { objectId, type });
    },
  },
  {
    // Whoever pays has no account yet: this is what it is made of.
    types: /^checkout\.session\.(completed|async_payment_succeeded|expired)$/,
    account: false,
    publish: async (topics, sql, { objectId }) => {
      if (objectId !== null) await topics.publish(sql, CHECKOUT_CHANGED, { sessionId: objectId });
    },
  },
  {
    types: /^v1\.billing\.meter\.(error_report_triggered|no_meter_found)$/,
    account: false,
    publish: (topics, sql, { id, type }) => topics.publish(sql, METER_ERRORS, { eventId: id, type }),
  },
];

/** The types that have a rule: what a webhook endpoint should send. */
export const HANDLED_TYPES: readonly RegExp[] = RULES.map(({ types }) => types);

/** What is sent and needs no rule, each with the reason. */
export const UNHANDLED_TYPES: Readonly<Record<string, string>> = {
  'checkout.session.async_payment_failed': 'The session stays unpaid, and expires: that has a rule.',
  'invoice.payment_succeeded': 'invoice.paid comes with it, and also where it was paid elsewhere.',
  'invoice.sent': 'What is on it does not change by it.',
  'invoice.upcoming': 'There is no invoice yet.',
};

/** Finds the rule of each event. A new family of types is a new line in `RULES`. */
@Injectable()
export class WebhookHandlers {
  constructor(
    private readonly accounts: AccountSync,
    private readonly topics: Topics,
  ) {}

  /**
   * Applies events of one customer, in any order: each says only that something changed, so the customer is looked up
   * once for all of them.
   * @returns how they ended; the same for all.
   * @throws when Stripe cannot be asked, or answers what cannot be read.
   */
  async apply(sql: Sql, events: readonly Event[]): Promise<WebhookState> {
    const rules = events.map((event) => ({ event, rule: RULES.find(({ types }) => types.test(event.type)) }));
    if (rules.every(({ rule }) => !rule)) return 'ignored';
    // What needs no account is said first: events of somebody without one wait, together, for what comes of it.
    for (const { event, rule } of rules)
      if (rule?.account === false) await rule.publish?.(this.topics, sql, event);
    const customerId = events[0]?.customerId ?? null;
    if (customerId !== null && rules.some(({ rule }) => rule?.account)) {
      const known = await this.accounts.refresh(sql, customerId);
      if (!known) return 'waiting';
    }
    for (const { event, rule } of rules)
      if (rule?.account === true) await rule.publish?.(this.topics, sql, event);
    return 'done';
  }
}
