import { FareboxError } from '../errors/farebox-error.js';

interface Line {
  running: number;
  waiting: (() => void)[];
}

/** Work that one party has done at the same time: so much of each, the rest in line, and no more than a line holds. */
export class Turns {
  private readonly lines = new Map<string, Line>();

  constructor(
    private readonly atOnce: number,
    private readonly mostWaiting: number,
  ) {}

  /** Does the work when it is its turn. @throws {FareboxError} `rate_limited` when too many wait already */
  async run<T>(party: string, work: () => Promise<T>): Promise<T> {
    const line = this.lines.get(party) ?? { running: 0, waiting: [] };
    this.lines.set(party, line);
    if (line.running < this.atOnce) line.running++;
    else {
      if (line.waiting.length >= this.mostWaiting)
        throw new FareboxError(
          'rate_limited',
          'Too many requests of this account at once. Try again later.',
          {
            retryAfterSeconds: 1,
          },
        );
      // Whoever ends hands its turn over.
      await new Promise<void>((turn) => line.waiting.push(turn));
    }
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      if (next) next();
      else if (--line.running === 0) this.lines.delete(party);
    }
  }
}
