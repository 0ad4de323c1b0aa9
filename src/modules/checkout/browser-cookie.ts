import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';

const NAME = 'farebox_checkout';
/** 32 random bytes as base64url. */
const SECRET = /^[\w-]{43}$/;
const MAX_AGE_S = 7 * 24 * 3_600;
const REFERENCE = /^farebox-[\w-]{43}$/;

/**
 * A secret that the browser keeps in a cookie; the provider knows its hash as the reference of the session. A browser
 * that returns with the secret began the session. Nothing of it is stored here before a payment.
 */
@Injectable()
export class BrowserCookie {
  /** The browser's secret, if it has one. @param header `Cookie`, as it came. */
  read(header: string | undefined, origin: string): string | undefined {
    const name = nameFor(origin);
    for (const pair of (header ?? '').split(';')) {
      const [key, value] = pair.split('=', 2);
      if (key?.trim() === name && SECRET.test(value?.trim() ?? '')) return value?.trim();
    }
    return undefined;
  }

  /** A new secret. */
  make(): string {
    return randomBytes(32).toString('base64url');
  }

  /** `Set-Cookie`. Lax: the way back from the provider's page is a top-level navigation, and forms elsewhere get none. */
  header(secret: string, origin: string): string {
    const secure = origin.startsWith('https:') ? '; Secure' : '';
    return `${nameFor(origin)}=${secret}; Path=/; Max-Age=${MAX_AGE_S}; HttpOnly; SameSite=Lax${secure}`;
  }
}

/** With `__Host-` a browser accepts it only from this host by https. */
function nameFor(origin: string): string {
  return origin.startsWith('https:') ? `__Host-${NAME}` : NAME;
}

/** Letters, digits, `-` and `_` only: a pricing table silently drops anything else. */
export function referenceOf(secret: string): string {
  return `farebox-${createHash('sha256').update(secret).digest('base64url')}`;
}

export function isOurReference(reference: string | null): reference is string {
  return reference !== null && REFERENCE.test(reference);
}
