import fc, { type Arbitrary } from 'fast-check';

/** Texts at which parsers, databases and comparisons were seen to break. */
const TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'a\udfff',
  '\ufeff',
  '\u202e',
  '\u212a',
  '\u0130',
  'ß',
  '💸',
  '\n',
  '\r\nx-injected: 1',
  '%',
  '%00',
  '%s%n',
  '_',
  '\\',
  "'",
  '"',
  "' or 1=1 --",
  '${7*7}',
  '{{7*7}}',
  '<script>',
  '../../etc/passwd',
  '/',
  '//',
  'null',
  'undefined',
  'true',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '0',
  '-0',
  '-1',
  '1e3',
  '1e309',
  '0x10',
  '١',
  'NaN',
  'Infinity',
  '-9007199254740993',
  '99999999999999999999999999999999',
  '2147483648',
  '0.1',
  '1,5',
  '0000-01-01',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '2026-02-30',
  '2026-11-21T24:00:00Z',
  '2026-11-21T08:00:60Z',
  '2026-11-21T08:00:00+99:99',
  '+275760-09-13T00:00:00Z',
  '00000000-0000-7000-8000-000000000000',
  'ffffffff-ffff-7fff-bfff-ffffffffffff',
  'FFFFFFFF-FFFF-7FFF-BFFF-FFFFFFFFFFFF',
  'cus_',
  'cus_x',
  `cus_${'x'.repeat(200)}`,
  'a@b',
  'a@b.c',
  '"a b"@example.com',
  'a@[127.0.0.1]',
  'a@例え.jp',
  'a'.repeat(101),
  'a'.repeat(300),
  'é'.repeat(2_000),
  '\\'.repeat(5_000),
  '@a'.repeat(4_000),
] as const;

export const hostileTexts: Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...TEXTS), weight: 4 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 30 }), weight: 1 },
);

/** What stands between `/`, `=` and `&` of a URL, as bytes would be written there. */
export const hostileUrlParts: Arbitrary<string> = fc.oneof(
  { arbitrary: hostileTexts.map(percentEncoded), weight: 3 },
  {
    arbitrary: fc.constantFrom(
      '%',
      '%zz',
      '%0',
      '%00',
      '%ED%A0%80',
      '%FF',
      '%C0%AF',
      '%2F..%2F',
      '%u0000',
      '+',
      '..',
      ';',
      '%25%30%30',
      '*',
    ),
    weight: 1,
  },
);

const DEEP = 20_000;

/** Values of JSON that a schema does not take, or hardly. */
export const hostileJson: Arbitrary<unknown> = fc.oneof(
  { arbitrary: hostileTexts, weight: 3 },
  {
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -1,
      0.5,
      1e21,
      Number.MAX_SAFE_INTEGER + 2,
      Number.MIN_VALUE,
      [],
      {},
      [[]],
      [null],
      { length: 1e9 },
      { toString: 1 },
      { $gt: '' },
    ),
    weight: 2,
  },
  { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 1 },
);

/** Bodies that are no JSON, or JSON at its edge, as text. */
export const hostileBodies: Arbitrary<string> = fc.oneof(
  hostileJson.map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    'null',
    '{',
    '{}x',
    '[]',
    '"text"',
    '1e999',
    '-',
    '{"a":1,"a":2}',
    '{"__proto__":{"isAdmin":true}}',
    '{"constructor":{"prototype":{"isAdmin":true}}}',
    '\ufeff{}',
    '{"a":"\ud800"}',
    "{'a':1}",
    '['.repeat(DEEP) + ']'.repeat(DEEP),
    '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000),
    `{"a":"${'a'.repeat(70_000)}"}`,
    `[${'0,'.repeat(30_000)}0]`,
    `{"a":${'9'.repeat(60_000)}}`,
  ),
);

/** As in a URL; halves of surrogate pairs as their own three bytes, which are no UTF-8. */
export function percentEncoded(text: string): string {
  return Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    if (character.length > 1 || code < 0xd800 || code > 0xdfff) return encodeURIComponent(character);
    return [0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]
      .map((byte) => `%${byte.toString(16)}`)
      .join('');
  }).join('');
}
