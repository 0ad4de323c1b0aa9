import { expect, it } from '@jest/globals';
import { parseBytes } from './bytes.js';

it.each([
  ['1', 1],
  ['65536', 65_536],
  ['64KiB', 65_536],
  ['1.5MiB', 1_572_864],
  ['0.5KiB', 512],
])('%s is %i bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

it.each(['', '0', '0KiB', '-1', '64KB', '64 KiB', '1e3', '0.1', '1.0001MiB', 'KiB', '64kib', 'NaN'])(
  '"%s" is no size',
  (text) => {
    expect(parseBytes(text)).toBeUndefined();
  },
);
