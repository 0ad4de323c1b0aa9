import { createHmac } from 'node:crypto';

/**
 * The `Stripe-Signature` header: `t` in seconds and, as `v1`, the HMAC-SHA256 of `t.body` under the endpoint's
 * secret. In test mode Stripe adds a `v0` which proves nothing, and which a receiver must not take.
 */
export function signatureHeader(body: string, secret: string, unixSeconds: number): string {
  const sign = (key: string): string =>
    createHmac('sha256', key).update(`${unixSeconds}.${body}`).digest('hex');
  return `t=${unixSeconds},v1=${sign(secret)},v0=${sign('v0 signs nothing')}`;
}
