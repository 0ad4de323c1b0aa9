import { Headers, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeController } from '../../../../platform/http/openapi.js';
import Stripe from 'stripe';
import { Clock } from '../../../../platform/clock/clock.js';
import { Settings } from '../../../../platform/config/settings.js';
import { FareboxError } from '../../../../platform/errors/farebox-error.js';
import { CurrentExchange, type Exchange } from '../../../../platform/http/exchange.js';
import { OwnController } from '../../../../platform/http/own-routes.js';
import { readRawBody, TakesRawBody } from '../../../../platform/http/raw-body.js';
import { Public } from '../../../../platform/identity/public.decorator.js';
import { WebhookInbox } from '../../webhooks/webhook-inbox.js';
import { WEBHOOK_PATH } from '../webhook-path.js';
import { readSignedEvent } from './webhook-signature.js';

/** More than the limit of the API: for an invoice with many lines. */
const BODY_LIMIT_BYTES = 1_048_576;

/**
 * 2xx once the event is stored; 400 without a valid signature, which covers the raw body; 503 while events cannot be
 * stored, so that Stripe retries.
 */
@ApiExcludeController()
@Public()
@OwnController('webhooks', WEBHOOK_PATH)
export class StripeWebhookController {
  constructor(
    private readonly stripe: Stripe,
    private readonly inbox: WebhookInbox,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @TakesRawBody()
  async receive(
    @CurrentExchange() { request }: Exchange,
    @Headers('stripe-signature') signature: string | undefined,
  ): Promise<{ received: true }> {
    const secrets = this.settings.get('STRIPE_WEBHOOK_SECRET');
    if (secrets.length === 0)
      throw new FareboxError('not_found', 'Webhooks are off: STRIPE_WEBHOOK_SECRET is not set.');
    const body = await readRawBody(request, BODY_LIMIT_BYTES);
    const event = readSignedEvent(this.stripe, body, signature, secrets, this.clock.ms());
    await this.inbox.store(event);
    return { received: true };
  }
}
