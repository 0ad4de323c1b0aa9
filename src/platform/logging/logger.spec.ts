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

it.each([
  ['token-eyJhbGciOiJIUzI1NiJ9.eyJpZCI6ImN1cyJ9.c2lnbmF0dXJl', 'a token behind a word'],
  ['v1.eyJhbGciOiJIUzI1NiJ9.eyJpZCI6ImN1cyJ9.c2lnbmF0dXJl', 'a token behind a dot'],
  ['a@b.example', 'an email address without a user of more than one letter'],
])('scrub takes out %s', (secret) => {
  expect(scrub(`/${secret}/x`)).not.toMatch(/c2lnbmF0|example/);
});

it.each(['/@a', '/@-eyJ', '@a.', '@://a:', 'sk_test_', '@eyJa.', 'a@', 'a@b.', '-eyJ', '/@.-', 'whsec_@'])(
  'scrub takes time in proportion to its input: %j, again and again',
  (unit) => {
    const plain = `@k_${' harmless words'.repeat(1_000)}`.padEnd(15_000);
    const hostile = `${unit}${unit.slice(2) || unit}`.padEnd(15_000, unit.replace(/^\/@/, ''));
    expect(cpuOf(() => scrub(hostile))).toBeLessThan(
      50 *
        Math.max(
          cpuOf(() => scrub(plain)),
          20,
        ),
    );
  },
);

it('scrub cuts what no path and no message is, and leaves no half of a credential', () => {
  const text = scrub(`${'word '.repeat(3_276)}sk_live_${'a'.repeat(1_000)} end`);
  expect(text.length).toBeLessThan(16_400);
  expect(text).not.toContain('sk_');
  expect(scrub('a'.repeat(1_000_000)).length).toBeLessThan(10);
});

/** Processor time of this process in microseconds, the least of some runs. */
function cpuOf(work: () => unknown): number {
  const runs = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...runs);
}

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
    'insert into farebox.accounts values ($1)',
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
