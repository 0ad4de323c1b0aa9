import { serialize } from 'node:v8';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../platform/clock/clock.js';
import { RequestBudget } from '../billing/index.js';

/** How long an answer is shown again. */
export const FRESH_MS = 15_000;
/** What failed is not asked again for so long: the provider is away, as a rule. */
export const FAILED_MS = 5_000;
/** What the budget refused is not asked again for so long, where an older answer is shown instead. */
const REFUSED_MS = 1_000;
const MOST_BYTES = 16 * 1_024 * 1_024;

/** What the provider answered, and when it was asked, UTC. */
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
 * What accounts read of the billing provider: asked once while it is fresh, by many requests at once too, and within the
 * budget. What changes an answer belongs into `what`: then no process shows the one before the change.
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
   * @param what is read, and whatever changes it
   * @throws what `ask` does
   * @throws {FareboxError} `rate_limited` when the budget is out and nothing is kept
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
      // Its time says that it is no longer fresh.
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
