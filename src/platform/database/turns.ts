import { FareboxError } from '../errors/farebox-error.js';

interface Line {
  running: number;
  waiting: (() => void)[];
}

/** Limits how much work of one party runs at the same time: the rest is queued, up to a limit. */
export class Turns {
  private readonly lines = new Map<string, Line>();

  constructor(
    private readonly atOnce: number,
    private readonly mostWaiting: number,
  ) {}

  /** Runs the work once a place is free. @throws {FareboxError} `rate_limited` when too many wait already */
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
      // Work that ends passes its place on.
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
