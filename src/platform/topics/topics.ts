import { Injectable } from '@nestjs/common';
import { and, asc, eq, lte, min, notExists, sql as raw } from 'drizzle-orm';
import { Clock } from '../clock/clock.js';
import { Database, type Sql } from '../database/database.js';
import { retryDelay } from '../jobs/backoff.js';
import { newId } from '../ids/ids.js';
import { Sweep } from '../jobs/sweep.js';
import { WorkQueues } from '../jobs/work-queues.js';
import { Log } from '../logging/logger.js';
import { topicDeliveries, topicMessages } from './topics.tables.js';

/** The name of a topic and the shape of what is said on it (JSON). */
export class Topic<T extends object> {
  declare protected readonly payload: T;

  constructor(readonly name: string) {}
}

/**
 * Takes a message. It runs in the transaction that also deletes the delivery, so what it writes through `sql` happens
 * once; what it does outside happens at least once. Throwing means: again later.
 */
export type Subscriber<T extends object> = (payload: T, sql: Sql) => Promise<void>;

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 5 * 60_000;

/**
 * How modules tell each other things against the direction of imports, durably: published in the publisher's
 * transaction, delivered to every subscriber at least once, each on its own, in no promised order. A message therefore
 * says *that* something changed; the subscriber reads what it is now.
 */
@Injectable()
export class Topics {
  private readonly subscribers = new Map<string, { topic: string; deliver: Subscriber<object> }>();
  private readonly log: Log;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly queues: WorkQueues,
    sweep: Sweep,
    log: Log,
  ) {
    this.log = log.named('topics');
    sweep.register('topics.forget-delivered', () => this.forgetDelivered());
  }

  /**
   * `name` identifies the subscriber for ever: deliveries under a name that is gone wait. Call it while modules are
   * initialised. Other subscribers go on while one takes its messages.
   * @param atOnce how many it takes at the same time, in this process.
   */
  subscribe<T extends object>(topic: Topic<T>, name: string, deliver: Subscriber<T>, atOnce = 1): void {
    this.subscribers.set(name, { topic: topic.name, deliver: deliver as Subscriber<object> });
    this.queues.open({
      name: queueOf(name),
      atOnce,
      takeOne: (found) => this.deliverOne(name, found),
      nextAt: () => this.nextAt(name),
      failed: (error) =>
        this.log.warn('Deliveries failed and will be tried again.', { subscriber: name }, error),
    });
  }

  /** Delivers `payload` to all subscribers of the topic when the transaction of `sql` commits. */
  async publish<T extends object>(sql: Sql, topic: Topic<T>, payload: T): Promise<void> {
    const names = [...this.subscribers]
      .filter(([, subscriber]) => subscriber.topic === topic.name)
      .map(([name]) => name);
    if (names.length === 0) return;
    const messageId = newId();
    const now = this.clock.now();
    await sql.insert(topicMessages).values({ id: messageId, topic: topic.name, payload, publishedAt: now });
    await sql
      .insert(topicDeliveries)
      .values(names.map((subscriber) => ({ messageId, subscriber, nextAttemptAt: now })));
    for (const name of names) await WorkQueues.wake(sql, queueOf(name));
  }

  /** How many deliveries wait, for the metrics. */
  async backlog(): Promise<number> {
    return this.database.run((sql) => sql.$count(topicDeliveries));
  }

  private async nextAt(subscriber: string): Promise<Date | undefined> {
    const [next] = await this.database.run((sql) =>
      sql
        .select({ at: min(topicDeliveries.nextAttemptAt) })
        .from(topicDeliveries)
        .where(eq(topicDeliveries.subscriber, subscriber)),
    );
    return next?.at ?? undefined;
  }

  /** Takes one due line, hands it over and deletes it, in one transaction. @returns false when none is due. */
  private async deliverOne(name: string, found: () => void): Promise<boolean> {
    return this.database.slowTransaction(async (sql) => {
      const [line] = await sql
        .select({
          id: topicDeliveries.messageId,
          attempts: topicDeliveries.attempts,
          payload: topicMessages.payload,
        })
        .from(topicDeliveries)
        .innerJoin(topicMessages, eq(topicMessages.id, topicDeliveries.messageId))
        .where(
          and(eq(topicDeliveries.subscriber, name), lte(topicDeliveries.nextAttemptAt, this.clock.now())),
        )
        .orderBy(asc(topicDeliveries.nextAttemptAt), asc(topicDeliveries.messageId))
        .limit(1)
        .for('update', { of: topicDeliveries, skipLocked: true });
      const subscriber = this.subscribers.get(name);
      if (!line || !subscriber) return false;
      found();
      const mine = and(eq(topicDeliveries.messageId, line.id), eq(topicDeliveries.subscriber, name));
      try {
        // A savepoint: what a failing subscriber wrote is undone, and the line is kept with its next time.
        await sql.transaction((inner) => subscriber.deliver(line.payload as object, inner));
        await sql.delete(topicDeliveries).where(mine);
        await sql.delete(topicMessages).where(and(eq(topicMessages.id, line.id), this.hasNoDeliveries(sql)));
      } catch (error) {
        const attempts = line.attempts + 1;
        const wait = retryDelay(line.attempts, FIRST_RETRY_MS, LAST_RETRY_MS);
        await sql
          .update(topicDeliveries)
          .set({
            attempts,
            nextAttemptAt: new Date(this.clock.ms() + wait),
            lastError: error instanceof Error ? error.name : 'unknown',
          })
          .where(mine);
        this.log.warn(
          'A delivery failed and will be tried again.',
          { subscriber: name, message: line.id, attempts },
          error,
        );
      }
      return true;
    });
  }

  /** Two subscribers that finish at once each see the other's line: what both leave behind goes here. */
  private async forgetDelivered(): Promise<void> {
    await this.database.run((sql) => sql.delete(topicMessages).where(this.hasNoDeliveries(sql)));
  }

  private hasNoDeliveries(sql: Sql) {
    return notExists(
      sql
        .select({ one: raw`1` })
        .from(topicDeliveries)
        .where(eq(topicDeliveries.messageId, topicMessages.id)),
    );
  }
}

/** The name of a subscriber's queue. */
const queueOf = (subscriber: string): string => `topics.${subscriber}`;
