import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parseSettings, SettingsError } from './settings.js';
import { refuseWeakSecrets, weaknessOf, weakSecrets } from './weak-secrets.js';

const STRONG = 'q7Zt2vHn0xWc5KdYb8RmE3uLsA9fJgP1oT4iXwVhNzDkBe6Q';
const env = (changed: Readonly<Record<string, string>>) =>
  parseSettings({ STRIPE_KEY: 'sk_live_1', TOKEN_SECRET: STRONG, ...changed });

it.each([
  'a'.repeat(48),
  'passwordpasswordpasswordpassword',
  'ababababababababababababababababab',
  'abcdefghijklmnopqrstuvwxyz0123456789',
  '0123456789abcdef0123456789abcdef',
  '1234567890123456',
  'aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb',
  'aabbccddaabbccddaabbccddaabbccdd',
  'change-me-change-me-please-0815-xyz',
  'put your secret here, of 32 bytes and more',
])('%s is weak', (secret) => {
  expect(weaknessOf(secret)).toBeDefined();
});

it('what openssl makes is not, in any encoding', () => {
  for (let n = 0; n < 500; n++) {
    expect(weaknessOf(randomBytes(48).toString('base64'))).toBeUndefined();
    expect(weaknessOf(randomBytes(24).toString('base64url'))).toBeUndefined();
    expect(weaknessOf(randomBytes(32).toString('hex'))).toBeUndefined();
  }
});

describe('with a live key', () => {
  it.each(['TOKEN_SECRET', 'TOKEN_SECRET_PREVIOUS', 'ADMIN_TOKEN', 'METRICS_TOKEN'])(
    'a weak %s is refused by name, and not repeated',
    (name) => {
      const weak = 'a'.repeat(40);
      const refused = () => refuseWeakSecrets(env({ [name]: weak }));
      expect(refused).toThrow(SettingsError);
      expect(refused).toThrow(new RegExp(`${name} is easy to guess; make a new one with: openssl`));
      expect(refused).not.toThrow(weak);
    },
  );

  it('strong ones are taken', () => {
    expect(() => refuseWeakSecrets(env({ ADMIN_TOKEN: STRONG, METRICS_TOKEN: STRONG }))).not.toThrow();
  });
});

it('with a test key it is a warning', () => {
  const settings = env({ STRIPE_KEY: 'sk_test_1', TOKEN_SECRET: 'a'.repeat(40) });
  expect(() => refuseWeakSecrets(settings)).not.toThrow();
  expect(weakSecrets(settings).map(({ name }) => name)).toEqual(['TOKEN_SECRET']);
});

describe('published', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const folders = [
    'docs',
    'deploy',
    '.ci',
    'bench',
    'clients',
    join('test', 'support'),
    join('src', 'sandbox'),
    'packages',
    'public',
  ];
  const files = [
    'README.md',
    '.env.example',
    'docker-compose.yml',
    'Dockerfile',
    'farebox.http',
    ...folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8', withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(?:md|ya?ml|[cm]?[jt]s|json|http|html)$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length)),
    ),
  ];
  const NAMED = /\b(?:TOKEN_SECRET|ADMIN_TOKEN|METRICS_TOKEN)\b['"]?\s*[:=]\s*['"]?([\w-]{20,})/g;
  const found = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(NAMED)].map(([, secret = '']) => ({ file, secret })),
  );

  it('secrets stand in the compose file and in the tests', () => {
    const from = found.map(({ file }) => file);
    expect(from).toContain('docker-compose.yml');
    expect(from).toContain(join('test', 'support', 'farebox.ts'));
  });

  it.each(found)('that of $file is refused', ({ secret }) => {
    expect(weaknessOf(secret)).toBeDefined();
  });
});
