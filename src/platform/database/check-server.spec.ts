import { expect, it } from '@jest/globals';
import { usableVersion } from './check-server.js';

it.each([
  [150_000, '15.0'],
  [180_004, '18.4'],
])('server_version_num %i is PostgreSQL %s', (number, version) => {
  expect(usableVersion(number, 'UTF8')).toBe(version);
});

it.each([
  [140_019, 'This is PostgreSQL 14.19; Farebox needs 15 or newer'],
  [90_624, 'This is PostgreSQL 9.624; Farebox needs 15 or newer'],
])('%i is refused by name', (number, message) => {
  expect(() => usableVersion(number, 'UTF8')).toThrow(message);
});

it('another encoding is refused by name', () => {
  expect(() => usableVersion(180_004, 'SQL_ASCII')).toThrow('encoding SQL_ASCII; Farebox needs UTF8');
});
