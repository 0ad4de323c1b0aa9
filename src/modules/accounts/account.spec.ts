import { expect, it } from '@jest/globals';
import { normaliseEmail } from './account.js';

it.each([
  ['  Ada@Example.COM ', 'ada@example.com'],
  ['\u212Aelvin@example.com', '\u212Aelvin@example.com'],
  ['\u0130lker@example.com', '\u0130lker@example.com'],
  ['\u00C9mile@example.com', '\u00C9mile@example.com'],
  ['Ada@B\u00DCCHER.example', 'ada@xn--bcher-kva.example'],
  ['ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
  ['ada@\u4F8B\u3048.jp', 'ada@xn--r8jz45g.jp'],
  ['"a@B"@Example.com', '"a@b"@example.com'],
  ['Ada', 'ada'],
  ['', ''],
])('%s is kept as %s', (written, kept) => {
  expect(normaliseEmail(written)).toBe(kept);
  expect(normaliseEmail(kept)).toBe(kept);
});
