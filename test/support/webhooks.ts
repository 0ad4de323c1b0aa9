import { createHmac } from 'node:crypto';
import { type Answer, type Farebox, request, STRIPE_KEY } from './farebox.js';

export interface Signed {
  body: string;
  /** Absent: sent without the header. */
  signature?: string;
}

export interface StripeEvent {
  id: string;
  object: 'event';
  type: string;
  created: number;
  data: { object: Record<string, unknown> };
}

/** Signed as Stripe does: https://docs.stripe.com/webhooks#verify-manually */
export function signEvent(event: object, key: string, at = Math.floor(Date.now() / 1_000)): Signed {
  const body = JSON.stringify(event);
  const signature = createHmac('sha256', key).update(`${at}.${body}`).digest('hex');
  return { body, signature: `t=${at},v1=${signature}` };
}

export function deliverEvent(url: string, { body, signature }: Signed): Promise<Answer> {
  return request(`${url}/webhooks/stripe`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(signature === undefined ? {} : { 'stripe-signature': signature }),
    },
    body,
  });
}

/** Something done in Stripe, as its API has it. @throws when it is refused. */
export async function askStripe(
  { stripeUrl }: Pick<Farebox, 'stripeUrl'>,
  method: string,
  path: string,
  form: Record<string, string> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { status, json, text } = await request(`${stripeUrl}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${STRIPE_KEY}` },
    ...(method === 'POST' ? { body: new URLSearchParams(form) } : {}),
  });
  if (status !== 200) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return json;
}
