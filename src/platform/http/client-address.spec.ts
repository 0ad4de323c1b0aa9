import { expect, it } from '@jest/globals';
import { addressOf, limitKeyOf, readableForwardedFor } from './client-address.js';

it.each([
  ['192.0.2.10', '192.0.2.10'],
  ['192.0.2.10:51', '192.0.2.10'],
  ['[2001:db8::1]:51', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['2001:db8::1', '2001:db8::1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['::ffff:192.0.2.10', '192.0.2.10'],
  ['[::FFFF:192.0.2.10]:443', '192.0.2.10'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::1', '::1'],
])('%s is the address %s', (written, address) => {
  expect(addressOf(written)).toBe(address);
});

it.each([
  '',
  'unknown',
  '_hidden',
  '192.0.2',
  '192.0.2.10:51:52',
  '[192.0.2.10',
  'a:1',
  '"192.0.2.1"',
  '1.2.3.4 ',
])('"%s" is no address', (written) => {
  expect(addressOf(written)).toBeUndefined();
});

it.each([
  ['192.0.2.10:51', '192.0.2.10'],
  ['192.0.2.10:51, 198.51.100.7:80', '192.0.2.10, 198.51.100.7'],
  ['10.0.0.1, unknown, 192.0.2.10', '192.0.2.10'],
  ['192.0.2.10,unknown', undefined],
  [', ,', undefined],
  [
    `${'192.0.2.1,'.repeat(2_000)}198.51.100.7`,
    [...Array<string>(101).fill('192.0.2.1'), '198.51.100.7'].join(', '),
  ],
  ['1'.repeat(2_000), undefined],
])('X-Forwarded-For: %s is read as %s', (written, read) => {
  expect(readableForwardedFor(written)).toBe(read);
});

it.each([
  ['192.0.2.10', '192.0.2.10'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['::ffff:192.0.2.10', '192.0.2.10'],
])('requests from %s count for %s', (address, key) => {
  expect(limitKeyOf(address)).toBe(key);
});
