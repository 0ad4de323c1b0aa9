import { describe, expect, it } from '@jest/globals';
import { bytesOf, callsOf, partsThatFit } from './exchange-batches.js';

const line = (calls: number, bytes = 10) => ({
  id: 'line',
  day: '2026-11-21',
  calls: Array.from({ length: calls }, (_, index) => `call-${index}`),
  exchanges: Buffer.from(Array.from({ length: calls }, () => 'x'.repeat(bytes)).join('\n')),
});

describe('what goes out at once', () => {
  it('takes a line apart that is larger, and loses nothing of it', () => {
    const large = line(100, 16_000);
    const parts = partsThatFit([large]);
    expect(parts.length).toBeGreaterThan(2);
    const sizes = parts.map((part) => Buffer.concat(part.flatMap(bytesOf)).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(512 * 1_024);
    expect(
      parts
        .flat()
        .flatMap(callsOf)
        .map(({ callId }) => callId),
    ).toEqual(large.calls);
  });

  it('knows which call each exchange is of', () => {
    const calls = callsOf({ ...line(2), exchanges: Buffer.from('{"a":1}\n{"b":2}') });
    expect(calls).toEqual([
      { callId: 'call-0', text: '{"a":1}' },
      { callId: 'call-1', text: '{"b":2}' },
    ]);
  });
});
