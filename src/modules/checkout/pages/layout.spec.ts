import { expect, it } from '@jest/globals';
import { prefixOf } from './layout.js';

it.each([
  ['/sign-in', ''],
  ['/sign-in/mail', ''],
  ['/api/v1/sign-in', '/api/v1'],
  ['/api/v1/checkout/link/mail', '/api/v1'],
  ['/api/checkout/checkout/return', '/api/checkout'],
  // Before any route was found.
  [undefined, ''],
])('of %s: %j', (route, prefix) => expect(prefixOf(route)).toBe(prefix));
