import { expect, it } from '@jest/globals';
import { METER_ERROR_EVENTS, OUR_EVENTS } from '../catalog/endpoint-events.js';
import { HANDLED_TYPES, UNHANDLED_TYPES } from './webhook-handlers.js';

it('every type that Stripe is asked for has a rule, or a reason to have none', () => {
  const asked = [...OUR_EVENTS, ...METER_ERROR_EVENTS];
  const without = asked.filter((type) => !HANDLED_TYPES.some((types) => types.test(type)));
  expect(without.sort()).toEqual(Object.keys(UNHANDLED_TYPES).sort());
});

it.each([
  'invoice.finalization_failed',
  'invoice.deleted',
  'invoice.voided',
  'invoice.marked_uncollectible',
  'invoice.overdue',
  'charge.refunded',
  'charge.dispute.created',
  'charge.dispute.closed',
  'credit_note.created',
])('%s is asked for, and has a rule', (type) => {
  expect([
    OUR_EVENTS.some((asked) => asked === type),
    HANDLED_TYPES.some((types) => types.test(type)),
  ]).toEqual([true, true]);
});
