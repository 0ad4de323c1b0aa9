import { createHmac, timingSafeEqual } from 'node:crypto';

/** How old a signed delivery may be, in seconds: Stripe's own default. */
const tolerance = 300;

/**
 * Checks a `stripe-signature` header, `t=<unix seconds>,v1=<hex hmac>[,v1=…]`, the HMAC-SHA256 of `t.body`
 * (https://docs.stripe.com/webhooks#verify-manually).
 * @param now unix milliseconds
 */
export function isSignedBy(secret: string, header: string, body: Buffer, now = Date.now()): boolean {
  const fields = header.split(',').map((field) => field.trim().split('=', 2));
  const time = fields.find(([name]) => name === 't')?.[1];
  if (!time || !/^\d+$/.test(time) || Math.abs(now / 1000 - Number(time)) > tolerance) return false;
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
  return fields.some(([name, value = '']) => {
    const given = Buffer.from(value, 'hex');
    return name === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
