import { expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { parseSettings } from '../config/settings.js';
import { PublicAddress } from './public-address.js';

const addressWith = (PUBLIC_URL: string) =>
  new PublicAddress(parseSettings({ STRIPE_KEY: 'sk_test_1', TOKEN_SECRET: 'x'.repeat(32), PUBLIC_URL }));
const asked = (host: string, localAddress = '10.1.2.3') =>
  ({ host, protocol: 'http', socket: { localAddress } }) as FastifyRequest;

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
  expect(addressWith(set).originFor(asked(host))).toBe(origin);
});

it('links in mails lead to PUBLIC_URL, and without it to this machine', () => {
  expect(addressWith('https://api.example.com').origin).toBe('https://api.example.com');
  expect(addressWith('').origin).toBe('http://127.0.0.1:3000');
});
