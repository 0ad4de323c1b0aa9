import { expect, it } from '@jest/globals';
import { paidRoutes } from './paid-routes.js';

it('names the routes that are metered, and none that answers 402 for another reason', () => {
  expect(paidRoutes()).toEqual(['GET /test-service']);
});
