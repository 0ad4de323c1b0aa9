import { expect, it } from '@jest/globals';
import { assertPlain, withoutNulls } from './plain-input.js';

const nested = (depth: number, inside = ''): unknown =>
  JSON.parse(`${'['.repeat(depth)}${inside}${']'.repeat(depth)}`);
const fieldsOf = (input: unknown): unknown => {
  try {
    assertPlain(input);
    return undefined;
  } catch (error) {
    return (error as { fields: unknown }).fields;
  }
};

it.each([
  [{ name: 'a\0b' }, 'name', 'NUL'],
  [{ name: '\ud800' }, 'name', 'surrogate'],
  [{ ids: ['a', { deep: ['\udfff'] }] }, 'ids', 'surrogate'],
  [{ name: { 'a\0': 1 } }, 'name', 'NUL'],
  [{ 'a\0b': 1 }, 'a\ufffdb', 'NUL'],
  [{ name: [nested(60, '"\\u0000"')] }, 'name', 'NUL'],
])('%# is refused by the name of the field', (input, field, why) => {
  expect(fieldsOf(input)).toEqual([{ field, message: expect.stringContaining(why) }]);
});

it.each([null, 'a\0', 7, [], {}, { name: '💸 e\u0301 \u0001', ids: ['a'], more: nested(64) }])(
  '%# is left to the DTO',
  (input) => {
    expect(fieldsOf(input)).toBeUndefined();
  },
);

it('a field that is null is absent; other values stay', () => {
  expect(withoutNulls({ plan: null, email: 'a@example.com', at: undefined, n: 0, t: '' })).toEqual({
    email: 'a@example.com',
    n: 0,
    t: '',
  });
  expect([null, [null], 'x', 7].map(withoutNulls)).toEqual([null, [null], 'x', 7]);
});

it('a name of the prototype is a field like any other', () => {
  const body = withoutNulls(JSON.parse('{"__proto__":{"admin":true}}'));
  expect(Object.keys(body as object)).toEqual(['__proto__']);
});
