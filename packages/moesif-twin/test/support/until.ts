import { setTimeout as delay } from 'node:timers/promises';

/** Asks again until the answer is given, and fails after `seconds`. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  seconds = 10,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`Not within ${seconds} s: ${what}`);
    await delay(20);
  }
}
