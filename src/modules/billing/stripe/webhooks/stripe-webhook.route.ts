import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import Stripe from 'stripe';
import { Clock } from '../../../../platform/clock/clock.js';
import { Settings } from '../../../../platform/config/settings.js';
import { FareboxError } from '../../../../platform/errors/farebox-error.js';
import { WebhookInbox } from '../../webhooks/webhook-inbox.js';
import { readSignedEvent } from './webhook-signature.js';

export const WEBHOOK_PATH = '/webhooks/stripe';
/** More than the limit of the API: for an invoice with many lines. */
const BODY_LIMIT_BYTES = 1_048_576;

/**
 * `POST /webhooks/stripe`: a route of Fastify's own, as the signature covers the raw body, which no other route needs. 2xx
 * once the event is stored; 400 without a valid signature; 503 while events cannot be stored, so that Stripe retries.
 */
@Injectable()
export class StripeWebhookRoute implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly stripe: Stripe,
    private readonly inbox: WebhookInbox,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    const fastify: FastifyInstance | undefined = this.host.httpAdapter?.getInstance<FastifyInstance>();
    await fastify?.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
      scope.post(WEBHOOK_PATH, { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
        const secrets = this.settings.get('STRIPE_WEBHOOK_SECRET');
        if (secrets.length === 0)
          throw new FareboxError('not_found', 'Webhooks are off: STRIPE_WEBHOOK_SECRET is not set.');
        const signature = request.headers['stripe-signature'];
        const event = readSignedEvent(
          this.stripe,
          Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
          Array.isArray(signature) ? signature[0] : signature,
          secrets,
          this.clock.ms(),
        );
        await this.inbox.store(event);
        return reply.code(200).send({ received: true });
      });
    });
  }
}
