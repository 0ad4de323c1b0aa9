import { expect, it } from '@jest/globals';
import { DrizzleQueryError } from 'drizzle-orm';
import { Log, scrub } from './logger.js';

/** What a log writes, as text. */
function written(write: (log: Log) => void): string {
  const lines: string[] = [];
  write(Log.create('debug', { write: (line: string) => void lines.push(line) }));
  return lines.join('');
}

it.each([
  ['sk_live_51Habcdefg', 'a secret key'],
  ['rk_test_51Habcdefg', 'a restricted key'],
  ['whsec_abcdef0123', 'a signing secret'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJpZCI6ImN1cyJ9.c2lnbmF0dXJl', 'a token'],
  ['ada.lovelace+api@example.co.uk', 'an email address'],
  ['farebox:hunter2', 'a password in an address'],
])('scrub takes out %s', (secret) => {
  const text = secret.includes(':')
    ? `cannot reach postgres://${secret}@db:5432/x`
    : `before ${secret} after`;
  expect(scrub(text)).not.toContain(secret);
  expect(scrub(text)).toMatch(/^(before|cannot reach)/);
});

it('an error is written along its chain of causes, scrubbed', () => {
  const text = written((log) =>
    log.error(
      'It failed.',
      { account: 'a1' },
      new Error('outer', { cause: new Error('key sk_test_1234 refused') }),
    ),
  );
  expect(JSON.parse(text)).toMatchObject({
    account: 'a1',
    error: { message: 'outer', cause: { message: 'key [secret] refused' } },
  });
});

it('a failed query is written without its parameters', () => {
  const failure = new DrizzleQueryError(
    'insert into accounts values ($1)',
    ['Zacharias'],
    new Error('connection lost'),
  );
  const text = written((log) => log.warn('It failed.', {}, failure));
  expect(text).not.toContain('Zacharias');
  expect(text).toContain('connection lost');
  expect(text).toContain('logger.spec');
});

it('what a vendor hangs on its error is not written', () => {
  const failure = Object.assign(new Error('refused'), {
    headers: { authorization: 'Bearer abc' },
    raw: { email: 'x' },
  });
  expect(written((log) => log.warn('It failed.', {}, failure))).not.toContain('Bearer');
});
