import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MinHeap } from './min-heap.js';

it('gives back what was put in, the earliest first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (times) => {
      const heap = new MinHeap<number>();
      for (const time of times) heap.push(time, time);
      const out: number[] = [];
      for (let next = heap.pop(); next; next = heap.pop()) out.push(next.value);
      expect(out).toEqual([...times].sort((a, b) => a - b));
    }),
  );
});
