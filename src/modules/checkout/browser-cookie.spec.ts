import { describe, expect, it } from '@jest/globals';
import { BrowserCookie, isOurReference, referenceOf } from './browser-cookie.js';

const cookie = new BrowserCookie();
const LOCAL = 'http://localhost:3000';
const PUBLIC = 'https://api.example.com';

describe('the cookie', () => {
  it('is read as it was set, among others', () => {
    const secret = cookie.make();
    for (const origin of [LOCAL, PUBLIC]) {
      const [pair] = cookie.header(secret, origin).split(';');
      expect(cookie.read(`a=b; ${pair}; c`, origin)).toBe(secret);
    }
    expect(cookie.read(undefined, LOCAL)).toBeUndefined();
  });

  it('is secure and of this host alone where the address is', () => {
    expect(cookie.header('s', PUBLIC)).toMatch(
      /^__Host-farebox_checkout=s; Path=\/; .*SameSite=Lax; Secure$/,
    );
    // One that somebody set without that is none.
    expect(cookie.read(`farebox_checkout=${cookie.make()}`, PUBLIC)).toBeUndefined();
  });

  it.each(['short', 'a'.repeat(44), `${'a'.repeat(42)}"`, ''])('takes no value such as %j', (value) => {
    expect(cookie.read(`farebox_checkout=${value}`, LOCAL)).toBeUndefined();
  });

  it('is another one each time', () => {
    expect(cookie.make()).not.toBe(cookie.make());
  });
});

it('a reference fits a pricing table, is told from others, and does not lead back', () => {
  const secret = cookie.make();
  expect(referenceOf(secret)).toMatch(/^[A-Za-z0-9_-]{1,200}$/);
  expect(referenceOf(secret)).not.toContain(secret);
  expect(isOurReference(referenceOf(secret))).toBe(true);
  for (const other of [null, 'user_42', `farebox-${secret}x`]) expect(isOurReference(other)).toBe(false);
});
