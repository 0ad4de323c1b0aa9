import { Module } from '@nestjs/common';
import { WebhookInbox } from './stripe/webhooks/webhook-inbox.js';
import { WebhookEvents } from './webhook-events.js';

/** What the operator's command line does to billing's own data: it needs the database only. */
@Module({ providers: [{ provide: WebhookEvents, useClass: WebhookInbox }], exports: [WebhookEvents] })
export class BillingOperationsModule {}
