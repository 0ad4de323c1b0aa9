import { describe, expect, it } from '@jest/globals';
import { ApiError } from './api-error.js';
import { canonicalForm, parseForm } from './form.js';
import {
  boolean,
  decimal,
  hash,
  integer,
  list,
  oneOf,
  orWord,
  parseParams,
  required,
  text,
  texts,
  unsettable,
  unsupported,
} from './params.js';

const specs = {
  name: required(text(20)),
  count: integer({ min: 0, max: 10 }),
  price: decimal,
  active: boolean,
  kind: oneOf('a', 'b', 'c'),
  note: unsettable(text()),
  items: list(hash({ up_to: required(orWord(['inf'], integer())) })),
  tags: list(text()),
  free: texts,
  later: unsupported,
};

function refused(form: string): ApiError['body'] {
  try {
    parseParams(specs, parseForm(form));
  } catch (error) {
    if (error instanceof ApiError) return error.body;
    throw error;
  }
  throw new Error('It was accepted');
}

describe('parseParams', () => {
  it('reads nested hashes, lists and numbers', () => {
    const form =
      'name=n&count=7&price=0.10&active=true&kind=b&note=&items[0][up_to]=5&items[1][up_to]=inf&tags[]=x&tags[]=y&free[a.b]=c';
    expect(parseParams(specs, parseForm(form))).toEqual({
      name: 'n',
      count: 7,
      price: '0.10',
      active: true,
      kind: 'b',
      note: null,
      items: [{ up_to: 5 }, { up_to: 'inf' }],
      tags: ['x', 'y'],
      free: { 'a.b': 'c' },
    });
  });

  it('keeps the order of long lists', () => {
    const form = `name=n&${Array.from({ length: 40 }, (_, i) => `tags[${i}]=t${i}`).join('&')}`;
    expect(parseParams(specs, parseForm(form)).tags).toEqual(Array.from({ length: 40 }, (_, i) => `t${i}`));
  });

  it.each([
    ['count=1', 'name', 'parameter_missing'],
    ['name=', 'name', 'parameter_invalid_empty'],
    ['name=n&x=1', 'x', 'parameter_unknown'],
    ['name=n&items[0][up_to]=1&items[0][y]=2', 'items[0][y]', 'parameter_unknown'],
    ['name=n&items[0][y]=1', 'items[0][y]', 'parameter_unknown'],
    ['name=n&items[0][up_to]=some', 'items[0][up_to]', 'parameter_invalid_integer'],
    ['name=n&count=1.5', 'count', 'parameter_invalid_integer'],
    ['name=n&count=11', 'count', 'parameter_invalid_integer'],
    ['name=n&count=99999999999999999999', 'count', 'parameter_invalid_integer'],
    ['name=n&price=-1', 'price', undefined],
    ['name=n&price=1e3', 'price', undefined],
    ['name=n&price=0.1234567890123', 'price', undefined],
    ['name=n&active=1', 'active', undefined],
    ['name=n&kind=d', 'kind', undefined],
    ['name=n&tags=x', 'tags', undefined],
    ['name=n&free=x', 'free', undefined],
    ['name=n&free[a][b]=x', 'free[a]', undefined],
    ['name=n&later=x', 'later', undefined],
    [`name=${'n'.repeat(21)}`, 'name', undefined],
    ['name=n&constructor=1', 'constructor', 'parameter_unknown'],
  ])('refuses %s', (form, param, code) => {
    const body = refused(form);
    expect(body.param).toBe(param);
    expect(body.code).toBe(code);
  });
});

const canonical = (encoded: string): string => canonicalForm(parseForm(encoded));

it('equal parameters have one canonical form, others another', () => {
  expect(canonical('a=1&b[x]=2&b[y]=3')).toBe(canonical('b[y]=3&b[x]=2&a=1'));
  expect(canonical('a[]=1&a[]=2')).not.toBe(canonical('a[]=2&a[]=1'));
  expect(canonical('a=1')).not.toBe(canonical('a=2'));
});
