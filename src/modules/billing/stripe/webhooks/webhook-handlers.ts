import { Injectable } from '@nestjs/common';
import type { Sql } from '../../../../platform/database/database.js';
import { Topics } from '../../../../platform/topics/topics.js';
import { CHECKOUT_CHANGED } from '../../ports/checkout-gateway.js';
import { METER_ERRORS } from '../../ports/usage-sink.js';
import { InvoiceAlarms } from '../../invoices/invoice-alarms.js';
import { InvoiceHolds } from '../../invoices/invoice-holds.js';
import { AccountSync } from '../account-sync.js';
import type { WebhookState } from '../../webhooks/webhook-events.js';
import { type Outcome, type StoredEvent, WebhookHandling } from '../../webhooks/webhook-handling.js';

/** The parts besides the account that events concern. */
interface Others {
  topics: Topics;
  holds: InvoiceHolds;
  alarms: InvoiceAlarms;
}

/** How events of a family of types are handled. `account`: the customer's state is fetched again from Stripe. */
interface Rule {
  types: RegExp;
  account: boolean;
  /** Further handling of the events of one object, in the transaction that marks them as processed. */
  apply?: (others: Others, tx: Sql, events: readonly [StoredEvent, ...StoredEvent[]]) => Promise<void>;
}

const RULES: readonly Rule[] = [
  { types: /^customer\.(created|updated|deleted)$/, account: true },
  { types: /^customer\.subscription\./, account: true },
  { types: /^payment_method\.(attached|detached)$/, account: true },
  // A schedule that is created, changed or released affects the account's pending change.
  { types: /^subscription_schedule\./, account: true },
  {
    types:
      /^invoice\.(created|finalized|finalization_failed|paid|payment_failed|payment_action_required|overdue|voided|marked_uncollectible|deleted|updated)$/,
    account: true,
    apply: async ({ holds }, tx, events) => {
      const [{ objectId, customerId }] = events;
      const types = events.map(({ type }) => type);
      if (objectId !== null && customerId !== null)
        await holds.onInvoiceChanged(tx, { invoiceId: objectId, customerId }, types);
    },
  },
  {
    // A dispute has no customer: its invoice does.
    types: /^(charge\.refunded|charge\.dispute\.\w+|credit_note\.(created|updated|voided))$/,
    account: false,
    apply: async ({ alarms }, tx, events) => {
      for (const { objectId, type } of events)
        if (objectId !== null) await alarms.onPaymentReturned(tx, { objectId, type });
    },
  },
  {
    // A paying visitor has no account yet: it is created from this session.
    types: /^checkout\.session\.(completed|async_payment_succeeded|expired)$/,
    account: false,
    apply: async ({ topics }, tx, [{ objectId }]) => {
      if (objectId !== null) await topics.publish(tx, CHECKOUT_CHANGED, { sessionId: objectId });
    },
  },
  {
    types: /^v1\.billing\.meter\.(error_report_triggered|no_meter_found)$/,
    account: false,
    apply: async ({ topics }, tx, events) => {
      for (const { id, type } of events) await topics.publish(tx, METER_ERRORS, { eventId: id, type });
    },
  },
];

/** The types that have a rule: a webhook endpoint should send these. */
export const HANDLED_TYPES: readonly RegExp[] = RULES.map(({ types }) => types);

/** Types that are sent and need no rule, each with the reason. */
export const UNHANDLED_TYPES: Readonly<Record<string, string>> = {
  'checkout.session.async_payment_failed': 'The session stays unpaid, and expires: that has a rule.',
  'invoice.payment_succeeded': 'invoice.paid comes with it, and also where it was paid elsewhere.',
  'invoice.sent': 'What is on it does not change by it.',
  'invoice.upcoming': 'There is no invoice yet.',
};

/** Finds the rule of each event. A new family of types is a new line in `RULES`. */
@Injectable()
export class WebhookHandlers extends WebhookHandling {
  private readonly others: Others;

  constructor(
    private readonly accounts: AccountSync,
    topics: Topics,
    holds: InvoiceHolds,
    alarms: InvoiceAlarms,
  ) {
    super();
    this.others = { topics, holds, alarms };
  }

  /**
   * Applies events of one customer, in any order: each only shows that something changed, so the customer is looked up
   * once for all of them, and each object once. Failures are rolled back individually.
   * @returns their outcomes: `waiting` for those whose account does not exist.
   */
  async apply(tx: Sql, events: readonly StoredEvent[]): Promise<Outcome[]> {
    const groups = byObject(events);
    const ofAccount = groups.filter(({ rule }) => rule?.account);
    const outcomes: Outcome[] = [];
    for (const group of groups) if (!group.rule?.account) outcomes.push(await this.applyGroup(tx, group));
    const [first] = ofAccount;
    if (!first) return outcomes;
    const all = ofAccount.flatMap((group) => group.events);
    const refreshed = await attempt(tx, all, (inner) => this.refresh(inner, first.events[0]));
    if ('error' in refreshed || refreshed.state !== 'done') return [...outcomes, refreshed];
    for (const group of ofAccount) outcomes.push(await this.applyGroup(tx, group));
    return outcomes;
  }

  /** @returns `waiting` when the customer has no account. */
  private async refresh(tx: Sql, { customerId }: StoredEvent): Promise<WebhookState> {
    return customerId === null || (await this.accounts.refresh(tx, customerId)) ? 'done' : 'waiting';
  }

  private async applyGroup(tx: Sql, { rule, events }: Group): Promise<Outcome> {
    if (!rule?.apply) return { events, state: rule ? 'done' : 'ignored' };
    return attempt(tx, events, async (inner) => {
      await rule.apply?.(this.others, inner, events);
      return 'done';
    });
  }
}

interface Group {
  rule: Rule | undefined;
  events: [StoredEvent, ...StoredEvent[]];
}

/** Groups events by rule and object. */
function byObject(events: readonly StoredEvent[]): Group[] {
  const groups = new Map<string, Group>();
  for (const event of events) {
    const at = RULES.findIndex(({ types }) => types.test(event.type));
    const key = `${at} ${event.objectId}`;
    const group = groups.get(key);
    if (group) group.events.push(event);
    else groups.set(key, { rule: RULES[at], events: [event] });
  }
  return [...groups.values()];
}

/** Does the work in a savepoint, so that a failure leaves no changes. */
async function attempt(
  tx: Sql,
  events: readonly StoredEvent[],
  work: (tx: Sql) => Promise<WebhookState>,
): Promise<Outcome> {
  try {
    return { events, state: await tx.transaction(work) };
  } catch (error) {
    return { events, error };
  }
}
