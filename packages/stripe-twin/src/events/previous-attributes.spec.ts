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

const listOf = (...data: number[]): object => ({ object: 'list', data, has_more: false });

it('lists as a whole', () => {
  expect(previousAttributes({ items: listOf(1) }, { items: listOf(1, 2) })).toEqual({ items: listOf(1) });
});
