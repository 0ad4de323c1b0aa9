import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type PassResult, ReaderLoop } from './reader-loop.js';

let loop: ReaderLoop;
const seen = { passes: 0 };
afterEach(() => loop.stop());

/** A loop whose passes find this, and nothing after it. */
function reading(found: PassResult[], lingerMs: number): ReaderLoop {
  seen.passes = 0;
  return new ReaderLoop({
    pass: async () => found[seen.passes++] ?? 'nothing',
    lingerMs,
    failed: () => undefined,
    giveUp: () => undefined,
  });
}

async function turns(): Promise<void> {
  for (let count = 0; count < 20; count++) await turn();
}

describe('a reader of the ledger', () => {
  it('goes on at once while it is behind, and waits for more when it has caught up', async () => {
    loop = reading(['part', 'part', 'all', 'all'], 3_600_000);
    loop.start();
    await turns();
    expect(seen.passes).toBe(3);
    loop.wake();
    await turns();
    expect(seen.passes).toBe(3);
  });

  it('reads soon after it is told of news', async () => {
    loop = reading(['nothing', 'all'], 1);
    loop.start();
    await turns();
    expect(seen.passes).toBe(1);
    loop.wake();
    while (seen.passes < 2) await turn();
  });

  it('reads everything that is left before it ends', async () => {
    loop = reading(['all', 'part', 'all'], 3_600_000);
    await loop.flush();
    expect(seen.passes).toBe(4);
  });
});
