import { Injectable } from '@nestjs/common';
import { and, asc, eq, inArray, lte, min, notExists, sql as raw } from 'drizzle-orm';
import { Clock } from '../clock/clock.js';
import { Database, type Sql } from '../database/database.js';
import { newId } from '../ids/ids.js';
import { Jobs } from '../jobs/jobs.js';
import { Sweep } from '../jobs/sweep.js';
import { Workers } from '../jobs/workers.js';
import { Shutdown } from '../lifecycle/shutdown.js';
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

/** What stands in the lines. */
interface Waiting {
  /** Subscribers for whom something is due. */
  due: string[];
  /** When to look for the next one, UTC: no sooner than in a moment, as what is due and was not taken has another process at it. */
  next: Date | undefined;
}

const JOB = 'topics.deliver';
const LOOK_AGAIN_MS = 1_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 5 * 60_000;

/**
 * How modules tell each other things against the direction of imports, durably: published in the publisher's
 * transaction, delivered to every subscriber at least once, each on its own, in no promised order. A message therefore
 * says *that* something changed; the subscriber reads what it is now.
 */
@Injectable()
export class Topics {
  private readonly subscribers = new Map<
    string,
    { topic: string; deliver: Subscriber<object>; worker: Workers }
  >();
  private readonly log: Log;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    jobs: Jobs,
    sweep: Sweep,
    shutdown: Shutdown,
    log: Log,
  ) {
    this.log = log.named('topics');
    jobs.register(JOB, () => this.deliverDue());
    sweep.register(JOB, async () => {
      await this.deliverDue();
      await this.forgetDelivered();
    });
    shutdown.beforeDrain(async () => {
      await Promise.all([...this.subscribers.values()].map(({ worker }) => worker.stop()));
    });
  }

  /**
   * `name` identifies the subscriber for ever: deliveries under a name that is gone wait. Call it while modules are
   * initialised. Other subscribers go on while one takes its messages.
   * @param atOnce how many it takes at the same time, in this process.
   */
  subscribe<T extends object>(topic: Topic<T>, name: string, deliver: Subscriber<T>, atOnce = 1): void {
    const worker = new Workers({
      limit: atOnce,
      takeOne: (found) => this.deliverOne(name, found),
      rest: async () => this.wakeAt((await this.waiting()).next),
      failed: (error) =>
        this.log.warn('Deliveries wait for the next wake or the sweep.', { subscriber: name }, error),
    });
    this.subscribers.set(name, { topic: topic.name, deliver: deliver as Subscriber<object>, worker });
  }

  /** Says `payload` to all subscribers of the topic when the transaction of `sql` commits. */
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
    await Jobs.wake(sql, JOB);
  }

  /** How many deliveries wait, for the metrics. */
  async backlog(): Promise<number> {
    return this.database.run((sql) => sql.$count(topicDeliveries));
  }

  /** Has everything that is due delivered; does not wait for it, as a subscriber may be slow. */
  async deliverDue(): Promise<void> {
    const { due, next } = await this.waiting();
    for (const name of due) this.subscribers.get(name)?.worker.wake();
    if (due.length === 0) await this.wakeAt(next);
  }

  /** Resolves when nothing is being delivered. */
  async idle(): Promise<void> {
    await Promise.all([...this.subscribers.values()].map(({ worker }) => worker.idle()));
  }

  /** One look for all subscribers, as most wakes find nothing. */
  private async waiting(): Promise<Waiting> {
    const names = [...this.subscribers.keys()];
    const lines = await this.database.run((sql) =>
      sql
        .select({ name: topicDeliveries.subscriber, at: min(topicDeliveries.nextAttemptAt) })
        .from(topicDeliveries)
        .where(inArray(topicDeliveries.subscriber, names))
        .groupBy(topicDeliveries.subscriber),
    );
    const now = this.clock.ms();
    const times = lines.flatMap(({ name, at }) => (at === null ? [] : [{ name, at: at.getTime() }]));
    return {
      due: times.filter(({ at }) => at <= now).map(({ name }) => name),
      next:
        times.length === 0
          ? undefined
          : new Date(Math.max(Math.min(...times.map(({ at }) => at)), now + LOOK_AGAIN_MS)),
    };
  }

  /** For the next of all subscribers: there is one wake for them. */
  private async wakeAt(next: Date | undefined): Promise<void> {
    if (next) await this.database.run((sql) => Jobs.wakeAt(sql, JOB, next));
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
        await sql
          .update(topicDeliveries)
          .set({
            attempts,
            nextAttemptAt: this.nextAttempt(attempts),
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

  private nextAttempt(attempts: number): Date {
    return new Date(this.clock.ms() + Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LAST_RETRY_MS));
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
