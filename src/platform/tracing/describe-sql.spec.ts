import { expect, it } from '@jest/globals';
import { describeSql } from './describe-sql.js';
import { maskPath } from './trace-outgoing.js';

it.each([
  [
    'select * from "accounts" where email = $1',
    'select accounts',
    'select * from "accounts" where email = $1',
  ],
  [
    "INSERT INTO calls\n  values ('it''s ada@example.com', 12, 1.5)",
    'insert calls',
    'INSERT INTO calls values (?, ?, ?)',
  ],
  ['update table_2 set a = $12', 'update table_2', 'update table_2 set a = $12'],
  ['do $body$ secret $body$', 'do', 'do ?'],
  ['select $$secret$$', 'select', 'select ?'],
  ['begin', 'begin', 'begin'],
])('%s', (text, name, statement) => {
  expect(describeSql(text)).toEqual({ name, statement });
});

it.each([
  ['/v1/customers/cus_8sZk2Lw91?expand[]=secret', '/v1/customers/{id}'],
  ['/v1/billing/meter_event_summaries', '/v1/billing/meter_event_summaries'],
  ['/v1/checkout/sessions/cs_test_a1B2c3', '/v1/checkout/sessions/{id}'],
  ['/v1/billing/meters/mtr_test_61Rabc/event_summaries', '/v1/billing/meters/{id}/event_summaries'],
  ['/users/019a9f3e-2c7b-7d15-9a40-3f7d2b1c8e55', '/users/{id}'],
])('%s', (path, masked) => {
  expect(maskPath(path)).toBe(masked);
});
