import { describe, expect, it } from '@jest/globals';
import { parseSettings, SettingsError } from './settings.js';

const REQUIRED = { STRIPE_KEY: 'sk_test_1', TOKEN_SECRET: 'x'.repeat(32) };

function problemsOf(env: Readonly<Record<string, string>>): string[] {
  try {
    parseSettings({ ...REQUIRED, ...env });
    return [];
  } catch (error) {
    return (error as SettingsError).problems.map(({ name, message }) => `${name} ${message}`);
  }
}

it('DATABASE_POOL_SIZE is 2 at least: the jobs listen on one connection, and nothing could be asked', () => {
  expect(problemsOf({ DATABASE_POOL_SIZE: '1' })).toEqual([
    'DATABASE_POOL_SIZE must be a whole number, 2 to 500',
  ]);
  expect(problemsOf({ DATABASE_POOL_SIZE: '2' })).toEqual([]);
});

describe('mail', () => {
  it.each([
    'farebox@example.com',
    'Farebox <farebox@example.com>',
    'Fare-box & Søn <a.b+c@mail.example.com>',
  ])('MAIL_FROM may be %j', (from) =>
    expect(problemsOf({ SMTP_URL: 'smtp://127.0.0.1:25', MAIL_FROM: from })).toEqual([]),
  );

  it.each(['nobody', 'a@b, c@d', 'Nobody <nobody>', 'a@b\r\nBcc: c@d', '<a@b> <c@d>'])(
    'MAIL_FROM may not be %j, which is not repeated',
    (from) => {
      const problems = problemsOf({ MAIL_FROM: from });
      expect(problems).toEqual([expect.stringMatching(/^MAIL_FROM must be an address such as/)]);
      expect(problems.join()).not.toContain(from);
    },
  );

  it('SMTP_URL asks for MAIL_FROM, a pricing table for the publishable key', () => {
    expect(problemsOf({ SMTP_URL: 'smtp://127.0.0.1:25', STRIPE_PRICING_TABLE_ID: 'prctbl_1' })).toEqual([
      'MAIL_FROM is missing: SMTP_URL needs it',
      'STRIPE_PUBLISHABLE_KEY is missing: STRIPE_PRICING_TABLE_ID needs it',
    ]);
  });
});

describe('addresses', () => {
  it.each([
    'https://api.example.com',
    'https://example.com/api/',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
  ])('PUBLIC_URL may be %s', (url) => expect(problemsOf({ PUBLIC_URL: url })).toEqual([]));

  it.each(['PUBLIC_URL', 'STRIPE_API_BASE', 'MOESIF_BASE_URI'])('%s is an address alone', (name) => {
    for (const url of [
      'https://user@api.example.com',
      'https://user:password@api.example.com',
      'https://api.example.com?a=1',
      'https://api.example.com/?',
      'https://api.example.com/#',
      'https://api.example.com/#top',
    ]) {
      const problems = problemsOf({ [name]: url });
      expect(problems).toEqual([expect.stringMatching(`^${name} must be an address alone`)]);
      expect(problems.join()).not.toContain('password@');
    }
  });

  it('CORS_ORIGINS are what browsers send', () => {
    expect(problemsOf({ CORS_ORIGINS: 'https://app.example.com, http://localhost:5173' })).toEqual([]);
    for (const origin of [
      '*',
      'app.example.com',
      'https://app.example.com/',
      'https://App.example.com',
      'null',
    ])
      expect(problemsOf({ CORS_ORIGINS: `https://app.example.com,${origin}` })).toEqual([
        expect.stringMatching(/^CORS_ORIGINS must be origins/),
      ]);
  });
});

it('BODY_LIMIT is a size', () => {
  expect(parseSettings({ ...REQUIRED }).get('BODY_LIMIT')).toBe(65_536);
  expect(parseSettings({ ...REQUIRED, BODY_LIMIT: '2MiB' }).get('BODY_LIMIT')).toBe(2_097_152);
  for (const size of ['0', '64 kilobytes', '1e3', '600MiB'])
    expect(problemsOf({ BODY_LIMIT: size })).toEqual([
      'BODY_LIMIT must be a number of bytes, or a size such as 64KiB or 1MiB, 536870912 bytes at most',
    ]);
});

describe.each([
  ['DATABASE_URL', 'postgresql://', '127.0.0.1:5515/db', {}],
  ['SMTP_URL', 'smtp://', '127.0.0.1:25', { MAIL_FROM: 'a@example.com' }],
])('%s', (name, protocol, host, others) => {
  it.each([
    'pw:a?b@ss:w/rd@',
    'us/er:pw@',
    'user:1?b@',
    'user:12#ss@',
    'user:1/2@',
    'user:p%zz@',
    'user:50%@',
  ])(`with %s is refused, and not repeated`, (credentials) => {
    const problems = problemsOf({ ...others, [name]: `${protocol}${credentials}${host}` });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name} is no address: .*percent-encode`))]);
    expect(problems.join()).not.toContain(credentials);
  });

  it.each(['', 'user@', 'user:p@ss@', 'user:p%40%2F%3Fss@', 'user:p!$&()*+,;=@', ':secret@'])(
    'with %s is taken',
    (credentials) =>
      expect(problemsOf({ ...others, [name]: `${protocol}${credentials}${host}` })).toEqual([]),
  );
});

it.each([
  'postgresql:///db',
  'postgres://user@/db?host=/run/postgresql',
  'postgresql:///db?host=/run/postgresql',
  'postgresql://%2Frun%2Fpostgresql/db',
  'postgresql://[::1]:5432/db',
  'postgresql://db_1.example/my%20db?sslmode=verify-full',
])('DATABASE_URL may be %s', (url) => expect(problemsOf({ DATABASE_URL: url })).toEqual([]));

it.each([
  ['postgresql://', 'names no database'],
  ['postgresql://db.example', 'names no database'],
  ['postgresql://u:p@db.example:5432/', 'names no database'],
  ['postgresql://u:p@db.example/?dbname=x', 'names no database'],
  ['postgresql://db.example/a/b', 'one name'],
  ['postgresql://db.example/a/', 'one name'],
  ['postgresql://db.example/a%00', 'NUL'],
  ['postgresql://a.example,b.example/db', 'several hosts'],
  ['postgresql://u:p,w@a.example:5432,b.example:5432/db', 'several hosts'],
  ['postgresql://"db.example"/db', 'host'],
  ['postgresql://db.example:abc/db', 'port'],
  ['postgresql://u:p@db.example:99999/db', 'port'],
  ['postgresql://u:p@db.example:5432:1/db', 'port'],
  ['postgresql://db.example/my db', 'spaces or line ends'],
  ['postgresql://db.example/db\nx', 'spaces or line ends'],
  ['postgres:db', 'postgresql://user:password@host:5432/database'],
  ['jdbc:postgresql://db.example/db', 'postgresql://user:password@host:5432/database'],
  ['"postgresql://db.example/db"', 'postgresql://user:password@host:5432/database'],
])('DATABASE_URL %j is refused, with what to do: %s', (url, reason) => {
  expect(problemsOf({ DATABASE_URL: url })).toEqual([expect.stringContaining(reason)]);
});

it.each([
  ['smtp://', 'names no host'],
  ['smtp://mail.example:99999', 'port'],
  ['smtp://mail.example\nx', 'spaces or line ends'],
])('SMTP_URL %j is refused, with what to do: %s', (url, reason) => {
  expect(problemsOf({ SMTP_URL: url, MAIL_FROM: 'a@example.com' })).toEqual([
    expect.stringContaining(reason),
  ]);
});

it('DATABASE_LISTEN_URL is read as DATABASE_URL is, and goes with it', () => {
  const url = 'postgresql://127.0.0.1/db';
  expect(problemsOf({ DATABASE_URL: url, DATABASE_LISTEN_URL: url })).toEqual([]);
  expect(problemsOf({ DATABASE_LISTEN_URL: url })).toEqual([
    'DATABASE_URL is missing: DATABASE_LISTEN_URL needs it',
  ]);
  expect(problemsOf({ DATABASE_URL: url, DATABASE_LISTEN_URL: 'postgresql://a:b#c@d/e' })).toEqual([
    expect.stringMatching(/^DATABASE_LISTEN_URL is no address/),
  ]);
});
