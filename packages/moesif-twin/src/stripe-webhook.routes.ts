import type { FastifyInstance } from 'fastify';
import { maxBodyBytes, parseJson } from './collector-body.js';
import { MoesifError } from './moesif-error.js';
import { isSignedBy } from './stripe-signature.js';
import type { TwinState } from './twin-state.js';

/** Give this path to Stripe as a webhook endpoint with all customer events. */
export const stripeWebhookPath = '/v1/webhooks/stripe';

/**
 * Receives Stripe's customer and subscription events and keeps the newest state of each. The signature is checked once
 * a signing secret has been set. Stripe repeats what is not answered 2xx, so an event of no interest is a 200 too.
 */
export async function stripeWebhookRoutes(scope: FastifyInstance, state: TwinState): Promise<void> {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: maxBodyBytes },
    async (_request: unknown, body: Buffer) => body,
  );
  scope.post(stripeWebhookPath, async (request) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const secret = state.settings.current.stripeWebhookSecret;
    const signature = request.headers['stripe-signature'];
    if (secret !== null && !(typeof signature === 'string' && isSignedBy(secret, signature, body))) {
      throw new MoesifError(400, 'The stripe-signature header does not fit the body and the signing secret');
    }
    if (!state.stripe.take(parseJson(body.toString('utf8')))) {
      throw new MoesifError(400, 'The body is not a Stripe event');
    }
    return { received: true };
  });
}
