import { expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { readSignedEvent, WebhookRefusedError } from './webhook-signature.js';

const stripe = new Stripe('sk_test_x');
const SECRET = 'whsec_0123456789';
const NOW_MS = Date.UTC(2026, 0, 1);

const signed = (payload: string, secret = SECRET): string =>
  stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: NOW_MS / 1_000 });
const read = (payload: string, header = signed(payload)) =>
  readSignedEvent(stripe, Buffer.from(payload), header, ['whsec_another', SECRET], NOW_MS);

const EVENT = {
  id: 'evt_1',
  object: 'event',
  type: 'customer.updated',
  created: NOW_MS / 1_000,
  data: { object: { object: 'customer', id: 'cus_1' } },
};
const THIN = {
  id: 'evt_2',
  object: 'v2.core.event',
  type: 'v1.billing.meter.error_report_triggered',
  created: '2026-01-01T00:00:00.000Z',
  related_object: { id: 'mtr_1', type: 'billing.meter', url: '/v1/billing/meters/mtr_1' },
};

it('reads a snapshot and a thin event', () => {
  const happenedAt = new Date(NOW_MS);
  expect(read(JSON.stringify(EVENT))).toEqual({
    id: 'evt_1',
    type: 'customer.updated',
    happenedAt,
    objectId: 'cus_1',
    customerId: 'cus_1',
    payload: JSON.stringify(EVENT),
  });
  expect(read(JSON.stringify(THIN))).toMatchObject({
    id: 'evt_2',
    objectId: 'mtr_1',
    customerId: null,
    happenedAt,
  });
});

it.each([
  ['null', null],
  ['a text', 'evt'],
  ['a list', [EVENT]],
  ['an event without an id', { ...EVENT, id: undefined }],
  ['an event without a time', { ...EVENT, created: null }],
  ['an event of no object', { ...EVENT, data: null, id: 7 }],
  ['NUL in its type', { ...EVENT, type: 'customer.\u0000' }],
  ['NUL in its id', { ...EVENT, id: 'evt_\u0000' }],
  ['NUL in the id of its customer', { ...EVENT, data: { object: { id: 'in_1', customer: 'cus_\u0000' } } }],
  ['half a character in its type', { ...EVENT, type: 'customer.\ud800' }],
  ['a thin one with NUL in what it is about', { ...THIN, related_object: { id: 'mtr_\u0000' } }],
])('signed, and no event: %s', (_what, body) => {
  expect(() => read(JSON.stringify(body))).toThrow(WebhookRefusedError);
  expect(() => read(JSON.stringify(body))).toThrow('The body is not a Stripe event.');
});

it('signed, and not JSON', () => {
  expect(() => read('{')).toThrow('The body is not JSON.');
});

it.each([
  ['by another secret', signed('{', 'whsec_other')],
  ['not at all', 'garbage'],
])('is not parsed before its signature is checked: signed %s', (_how, header) => {
  expect(() => read('{', header)).toThrow('The signature does not fit the body, or is too old.');
});
