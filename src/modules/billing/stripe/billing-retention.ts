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
/** Stripe redelivers an event for three days, and manually for thirty. Its payload contains emails. */
const EVENTS_KEPT_MS = 30 * DAY_MS;
/** Parked events that the operator has not handled by then: accounts are compared with Stripe every day anyway. */
const PARKED_KEPT_MS = 90 * DAY_MS;

/** Deletes Stripe events and subscription changes that ended long ago. */
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
