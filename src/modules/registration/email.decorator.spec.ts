import { expect, it } from '@jest/globals';
import { validate } from 'class-validator';
import { normaliseEmail } from '../accounts/index.js';
import { IsEmailAddress } from './email.decorator.js';

class Form {
  @IsEmailAddress()
  email!: unknown;
}

async function problemsOf(email: unknown): Promise<string[]> {
  const errors = await validate(Object.assign(new Form(), { email }));
  return errors.flatMap(({ constraints = {} }) => Object.values(constraints));
}

it.each([
  ['Punycode that is none', 'a@xn--a.example', 'domain'],
  ['Punycode that is none, in capitals', 'a@XN--A.example', 'domain'],
  ['Punycode that is none, in the last label', 'a@a.xn--a', 'domain'],
  ['a mark of direction in the domain', 'a@\u202Eexample.com', 'domain'],
  ['letters of both directions in a label', 'a@\u05D0a.example', 'domain'],
  ['a digit with a full stop in it', 'a@\u2488com.example', 'domain'],
  ['a full-width @', 'a\uFF20example.com', 'must have an @'],
  ['a small @', 'a\uFE6Bexample.com', 'must have an @'],
  ['a zero-width space', 'a\u200Bda@example.com', 'invisible'],
  ['a grapheme joiner', 'a\u034Fda@example.com', 'invisible'],
  ['a variation selector', 'ada\uFE0F@example.com', 'invisible'],
  ['a Hangul filler', 'ada\u3164@example.com', 'invisible'],
  ['an empty Braille pattern', 'ada\u2800@example.com', 'invisible'],
  ['an ideographic space', 'ada\u3000@example.com', 'invisible'],
  ['a full stop at the end, ideographic', 'a@example.com\u3002', 'must be an email address'],
  ['an address by number, full-width', 'a@\uFF11\uFF12\uFF17.0.0.1', 'must be an email address'],
  ['a percent escape beside another script', 'a@\u00E9%2eexample', 'must be an email address'],
  ['two @', 'a@b@example.com', 'must be an email address'],
  ['no text', 7, 'must be an email address'],
])('%s is refused by name', async (_what, email, reason) => {
  expect(await problemsOf(email)).toEqual([expect.stringContaining(reason)]);
});

it.each([
  ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
  ['a@b\u00FCcher.example', 'a@xn--bcher-kva.example'],
  ['a@\u05D0\u05D1.example', 'a@xn--4dbc.example'],
  // As browsers and DNS read it: one mailbox, one account.
  ['a@example\u3002com', 'a@example.com'],
  ['a@\uFF45xample\uFF0Ecom', 'a@example.com'],
  ['a@ex\u00ADample.com', 'a@example.com'],
  ['\u05D0@example.com', '\u05D0@example.com'],
  ['\uFF41@example.com', '\uFF41@example.com'],
  ['"a b"@example.com', '"a b"@example.com'],
])('%s is taken, as %s', async (email, kept) => {
  expect(await problemsOf(email)).toEqual([]);
  expect(normaliseEmail(email)).toBe(kept);
});
