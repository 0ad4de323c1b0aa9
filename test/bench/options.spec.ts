import { expect, it } from '@jest/globals';
import { readOptions } from '../../bench/support/options.js';

const NAMES = ['bare', 'guard only', 'ledger + Moesif'];

it('without arguments every server has five rounds of five seconds', () => {
  expect(readOptions([], NAMES)).toEqual({
    rounds: 5,
    seconds: 5,
    connections: 64,
    only: NAMES,
    soak: 0,
  });
});

it('takes names with spaces, in the order of the table', () => {
  expect(readOptions(['--only', 'ledger + Moesif, bare'], NAMES).only).toEqual(['bare', 'ledger + Moesif']);
});

it('refuses a name that it does not know, and says which there are', () => {
  expect(() => readOptions(['--only', 'bare,gard only'], NAMES)).toThrow(
    '--only: "gard only" is none of: bare, guard only, ledger + Moesif',
  );
});

it.each([
  ['rounds', '0'],
  ['seconds', 'five'],
  ['connections', '1.5'],
  ['soak', '-1'],
])('refuses --%s %s', (name, text) => {
  expect(() => readOptions([`--${name}=${text}`], NAMES)).toThrow(`--${name}: a whole number from 1`);
});

it('the short form is one round of a second, whatever else was asked for', () => {
  expect(readOptions(['--short', '--rounds', '9'], NAMES)).toMatchObject({ rounds: 1, seconds: 1 });
});

it('refuses an argument that it does not know', () => {
  expect(() => readOptions(['--round', '3'], NAMES)).toThrow('--round');
});
