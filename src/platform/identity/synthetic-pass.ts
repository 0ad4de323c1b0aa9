import { createHmac } from 'node:crypto';
import type { Settings } from '../config/settings.js';
import { secretMatcher } from './secret-matcher.js';

/** The header by which a meter test marks the customer it registers as its own. */
export const SYNTHETIC_PASS = 'x-farebox-synthetic-pass';

/**
 * Lets a meter test register this email where the catalog requires confirmed emails: its mailbox is never read. Only
 * the holder of TOKEN_SECRET can make it, who could sign tokens as well.
 */
export function syntheticPass(settings: Settings, email: string): string {
  return createHmac('sha256', settings.get('TOKEN_SECRET'))
    .update(`farebox:synthetic:${email}`)
    .digest('base64url');
}

/** Always false with a live Stripe key. */
export function isSyntheticPass(settings: Settings, email: string, pass: unknown): boolean {
  if (typeof pass !== 'string' || settings.live) return false;
  return secretMatcher(syntheticPass(settings, email))(pass);
}
