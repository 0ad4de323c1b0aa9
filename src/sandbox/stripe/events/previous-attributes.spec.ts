import { expect, it } from '@jest/globals';
import { previousAttributes } from './previous-attributes.js';

it('nothing when nothing differs', () => {
  expect(previousAttributes({ a: 1, m: { k: 'v' } }, { a: 1, m: { k: 'v' } })).toBeUndefined();
});

it('the former values alone, inside hashes too', () => {
  const before = { a: 1, b: 2, metadata: { x: '1', y: '2' }, images: ['p'] };
  const after = { a: 1, b: 3, metadata: { x: '1', z: '4' }, images: ['p', 'q'] };
  expect(previousAttributes(before, after)).toEqual({
    b: 2,
    metadata: { y: '2', z: null },
    images: ['p'],
  });
});

it('lists as a whole', () => {
  const list = (...data: number[]): object => ({ object: 'list', data, has_more: false });
  expect(previousAttributes({ items: list(1) }, { items: list(1, 2) })).toEqual({ items: list(1) });
});
