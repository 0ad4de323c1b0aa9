import { expect, it } from '@jest/globals';
import { parseSettings } from '../config/settings.js';
import type { Exchange } from './exchange.js';
import { PublicAddress } from './public-address.js';

const addressWith = (PUBLIC_URL: string) =>
  new PublicAddress(parseSettings({ STRIPE_KEY: 'sk_test_1', TOKEN_SECRET: 'x'.repeat(32), PUBLIC_URL }));
const asked = (host: string, route = '/checkout') =>
  ({ host, protocol: 'http', route, socket: { localAddress: '10.1.2.3' } }) as unknown as Exchange;

it.each([
  // PUBLIC_URL, what the browser asked for, where it comes back to
  ['https://api.example.com', 'api.example.com', 'https://api.example.com'],
  ['https://api.example.com', 'evil.example', 'https://api.example.com'],
  ['https://api.example.com', 'localhost:3000', 'https://api.example.com'],
  ['http://127.0.0.1:3000', 'localhost:3000', 'http://localhost:3000'],
  ['http://127.0.0.1:3000', 'evil.example', 'http://127.0.0.1:3000'],
  ['', 'evil.example', 'http://127.0.0.1:3000'],
  ['', 'evil.example:3000', 'http://127.0.0.1:3000'],
  ['', '127.0.0.1.evil.example', 'http://127.0.0.1:3000'],
  ['', '203.0.113.9', 'http://127.0.0.1:3000'],
  ['', 'localhost:8080', 'http://localhost:8080'],
  ['', '10.1.2.3:3000', 'http://10.1.2.3:3000'],
  ['', 'api.example.com/path?"', 'http://127.0.0.1:3000'],
])('PUBLIC_URL %j, asked as %j: %s', (set, host, origin) => {
  expect(addressWith(set).baseFor(asked(host), '/checkout')).toBe(origin);
});

it('links in mails lead to PUBLIC_URL, and without it to this machine', () => {
  expect(addressWith('https://api.example.com').base).toBe('https://api.example.com');
  expect(addressWith('').base).toBe('http://127.0.0.1:3000');
});

it.each([
  // PUBLIC_URL, what the browser asked for, where it comes back to
  ['', 'localhost:8080', 'http://localhost:8080/api/v1'],
  ['', '10.1.2.3:3000', 'http://10.1.2.3:3000/api/v1'],
  ['', 'evil.example', 'http://127.0.0.1:3000/api/v1'],
  // It names the prefix: a proxy may have taken it off, or put another one there.
  ['https://example.com/billing', 'example.com', 'https://example.com/billing'],
  ['http://127.0.0.1:3000/billing', 'localhost:3000', 'http://localhost:3000/billing'],
])('under a prefix, with PUBLIC_URL %j, asked as %j: %s', (set, host, base) => {
  expect(addressWith(set).baseFor(asked(host, '/api/v1/checkout'), '/checkout')).toBe(base);
});
