import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares texts with a secret, in a time that reveals nothing of the secret, its length included. */
export function secretMatcher(secret: string): (text: string) => boolean {
  const expected = digest(secret);
  return (text) => timingSafeEqual(digest(text), expected);
}

/** The token of an `Authorization: Bearer` header; undefined when there is none. */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
