import { serialize } from 'node:v8';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../platform/clock/clock.js';
import { RequestBudget } from '../billing/index.js';

/** How long an answer is reused. */
export const FRESH_MS = 15_000;
/** A failed read is not repeated for so long: the provider is away, as a rule. */
export const FAILED_MS = 5_000;
/** A read that the budget refused is not repeated for so long, where an older answer is shown instead. */
const REFUSED_MS = 1_000;
const MOST_BYTES = 16 * 1_024 * 1_024;

/** The provider's answer, and when it was requested, UTC. */
export interface Read<T> {
  value: T;
  at: Date;
}

type Kept = { answer: Read<unknown> } | { failure: unknown };
interface Ask {
  accountId: string;
  ask: () => Promise<unknown>;
}

/**
 * Reads of accounts from the billing provider: one request while the answer is fresh, also for many callers at once,
 * and within the budget. Include in `what` everything that changes an answer: then no process shows an outdated one.
 */
@Injectable()
export class ProviderReads {
  private readonly kept: LRUCache<string, Kept, Ask>;

  constructor(
    private readonly budget: RequestBudget,
    private readonly clock: Clock,
  ) {
    this.kept = new LRUCache<string, Kept, Ask>({
      maxSize: MOST_BYTES,
      sizeCalculation: sizeOf,
      ttl: FRESH_MS,
      ttlResolution: 0,
      perf: { now: () => clock.ms() },
      fetchMethod: (_key, stale, { context, options }) => this.ask(context, stale, options),
    });
  }

  /**
   * @param what is read, and everything that changes it
   * @throws what `ask` does
   * @throws {FareboxError} `rate_limited` when the budget is used up and nothing is kept
   */
  async read<T>(accountId: string, what: readonly unknown[], ask: () => Promise<T>): Promise<Read<T>> {
    const key = JSON.stringify([accountId, ...what]);
    const kept = await this.kept.forceFetch(key, { context: { accountId, ask } });
    if ('failure' in kept) throw kept.failure;
    return kept.answer as Read<T>;
  }

  private async ask(
    { accountId, ask }: Ask,
    stale: Kept | undefined,
    options: { ttl?: number | undefined },
  ): Promise<Kept> {
    try {
      this.budget.spend(accountId);
    } catch (refusal) {
      if (stale === undefined) throw refusal;
      // Its time shows that it is no longer fresh.
      options.ttl = REFUSED_MS;
      return stale;
    }
    const at = this.clock.now();
    try {
      return { answer: { value: await ask(), at } };
    } catch (error) {
      options.ttl = FAILED_MS;
      return { failure: error };
    }
  }
}

const sizeOf = (kept: Kept): number => ('failure' in kept ? 1_000 : serialize(kept.answer).byteLength);
