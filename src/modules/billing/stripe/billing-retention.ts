import { Injectable, type OnModuleInit } from '@nestjs/common';
import { and, isNull, lte, ne, or } from 'drizzle-orm';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { forget } from '../../../platform/database/forget.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { webhookEvents } from './webhooks/webhook-events.tables.js';
import { subscriptionChanges } from '../subscription-changes.tables.js';

const DAY_MS = 86_400_000;
/** Stripe delivers an event again for three days, and by hand for thirty. Emails are in what it sends. */
const EVENTS_KEPT_MS = 30 * DAY_MS;
/** Those that an operator has not looked at by then: accounts are compared with Stripe every day anyway. */
const PARKED_KEPT_MS = 90 * DAY_MS;

/** Deletes events of Stripe and changes of subscriptions that are long over. */
@Injectable()
export class BillingRetention implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly sweep: Sweep,
  ) {}

  onModuleInit(): void {
    const { database, settings, sweep } = this;
    const ago = (ms: number): Date => new Date(this.clock.ms() - ms);
    const { state, receivedAt } = webhookEvents;
    sweep.register('billing.forget-events', () =>
      forget(
        database,
        webhookEvents,
        and(
          lte(receivedAt, ago(EVENTS_KEPT_MS)),
          ne(state, 'pending'),
          or(ne(state, 'parked'), lte(receivedAt, ago(PARKED_KEPT_MS))),
        ),
      ),
    );
    const { endedAt, outcome } = subscriptionChanges;
    sweep.register('billing.forget-changes', () =>
      forget(
        database,
        subscriptionChanges,
        and(
          lte(endedAt, ago(settings.get('LEDGER_RETENTION'))),
          or(isNull(outcome), ne(outcome, 'scheduled')),
        ),
      ),
    );
  }
}
