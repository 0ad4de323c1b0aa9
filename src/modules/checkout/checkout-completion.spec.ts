import { expect, it } from '@jest/globals';
import { namesOf } from './checkout-completion.js';

it.each([
  ['Ada Lovelace', 'Ada', 'Lovelace'],
  ['  Ada  King\tLovelace ', 'Ada King', 'Lovelace'],
  ['Plato', 'Plato', ''],
  ['', '', ''],
])('%j is %j and %j', (name, firstname, lastname) => {
  expect(namesOf(name)).toEqual({ firstname, lastname });
});
