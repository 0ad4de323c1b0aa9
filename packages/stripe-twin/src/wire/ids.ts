import { randomBytes } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `length` random characters of the alphabet that Stripe's ids are made of. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // 248 is the largest multiple of 62 in a byte: what lies above it would favour the first letters.
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}

/** An id in Stripe's form, for example `cus_R4nd0mT3xtHere`. */
export function newId(prefix: string, length = 14): string {
  return `${prefix}_${randomText(length)}`;
}

/** Ids of the objects that carry the account's suffix on Stripe are longer: `price_`, `sub_`, `evt_`, `we_`. */
export function newLongId(prefix: string): string {
  return newId(prefix, 24);
}
