import { Injectable, type OnModuleInit } from '@nestjs/common';
import { and, eq, notExists, sql } from 'drizzle-orm';
import { Clock } from '../clock/clock.js';
import { Database, type Sql } from '../database/database.js';
import { newId } from '../ids/ids.js';
import { Sweep } from '../jobs/sweep.js';
import { WorkQueues } from '../jobs/work-queues.js';
import { WorkTable } from '../jobs/work-table.js';
import { Log } from '../logging/logger.js';
import { topicDeliveries, topicMessages } from './topics.tables.js';

/** The name of a topic and the shape of its messages (JSON). */
export class Topic<T extends object> {
  declare protected readonly payload: T;

  constructor(readonly name: string) {}
}

/**
 * Handles a message. It runs in the transaction that also deletes the delivery, so what it writes through `tx` happens
 * once; what it does outside happens at least once. When it throws, the delivery is retried later.
 */
export type Subscriber<T extends object> = (payload: T, tx: Sql) => Promise<void>;

type Delivery = typeof topicDeliveries.$inferSelect;

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 5 * 60_000;

/**
 * Durable messages between modules, against the direction of imports: published in the publisher's transaction,
 * delivered to every subscriber at least once, each on its own, in no guaranteed order. A message therefore says *that*
 * something changed; the subscriber reads what it is now.
 */
@Injectable()
export class Topics implements OnModuleInit {
  private readonly subscribers = new Map<string, { topic: string | null; deliver: Subscriber<object> }>();
  private readonly deliveries: WorkTable<typeof topicDeliveries>;
  private readonly log: Log;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly queues: WorkQueues,
    private readonly sweep: Sweep,
    log: Log,
  ) {
    this.log = log.named('topics');
    this.deliveries = new WorkTable(database, clock, topicDeliveries, {
      firstRetryMs: FIRST_RETRY_MS,
      lastRetryMs: LAST_RETRY_MS,
      tieBreak: topicDeliveries.messageId,
    });
  }

  onModuleInit(): void {
    this.sweep.register('topics.forget-delivered', () => this.forgetDelivered());
  }

  /**
   * `name` identifies the subscriber for ever: deliveries under a removed name wait. Call it while modules are
   * initialised. Other subscribers go on while one handles its messages.
   * @param atOnce how many it handles at the same time, in this process.
   */
  subscribe<T extends object>(topic: Topic<T>, name: string, deliver: Subscriber<T>, atOnce = 1): void {
    this.open(name, topic.name, deliver as Subscriber<object>, atOnce);
  }

  /**
   * Delivers to a subscriber of a removed topic the messages that processes of the previous release publish. Its name
   * must stay for one release, until the last of those processes has ended.
   */
  drain<T extends object>(name: string, deliver: Subscriber<T>): void {
    this.open(name, null, deliver as Subscriber<object>, 1);
  }

  private open(name: string, topic: string | null, deliver: Subscriber<object>, atOnce: number): void {
    this.subscribers.set(name, { topic, deliver });
    this.queues.open({
      name: queueOf(name),
      atOnce,
      takeOne: (found) => this.deliverOne(name, found),
      nextAt: () => this.deliveries.nextAt(isFor(name)),
      failed: (error) =>
        this.log.warn('Deliveries failed and will be tried again.', { subscriber: name }, error),
    });
  }

  /** Delivers `payload` to all subscribers of the topic when the transaction of `tx` commits. */
  async publish<T extends object>(tx: Sql, topic: Topic<T>, payload: T): Promise<void> {
    const names = [...this.subscribers]
      .filter(([, subscriber]) => subscriber.topic === topic.name)
      .map(([name]) => name);
    if (names.length === 0) return;
    const messageId = newId();
    const now = this.clock.now();
    await tx.insert(topicMessages).values({ id: messageId, topic: topic.name, payload, publishedAt: now });
    await tx
      .insert(topicDeliveries)
      .values(names.map((subscriber) => ({ messageId, subscriber, nextAttemptAt: now })));
    for (const name of names) await WorkQueues.wake(tx, queueOf(name));
  }

  /** The number of pending deliveries, for the metrics. */
  async backlog(): Promise<number> {
    return this.deliveries.pending();
  }

  /** Takes one due delivery, passes it on and deletes it, in one transaction. @returns false when none is due. */
  private async deliverOne(name: string, found: () => void): Promise<boolean> {
    return this.database.slowTransaction(async (tx) => {
      const line = await this.deliveries.take(tx, isFor(name));
      const subscriber = this.subscribers.get(name);
      if (!line || !subscriber) return false;
      found();
      try {
        // A savepoint: a failing subscriber's writes are undone, and the delivery is kept with its next time.
        await tx.transaction((inner) => this.deliver(inner, line, subscriber.deliver));
      } catch (error) {
        const lastError = error instanceof Error ? error.name : 'unknown';
        await this.deliveries.postpone(line, { tx, set: { lastError } });
        this.log.warn(
          'A delivery failed and will be tried again.',
          { subscriber: name, message: line.messageId, attempts: line.attempts + 1 },
          error,
        );
      }
      return true;
    });
  }

  private async deliver(
    tx: Sql,
    { messageId, subscriber }: Delivery,
    deliver: Subscriber<object>,
  ): Promise<void> {
    const isMessage = eq(topicMessages.id, messageId);
    const [message] = await tx.select().from(topicMessages).where(isMessage);
    await deliver(message?.payload as object, tx);
    await tx.delete(topicDeliveries).where(and(eq(topicDeliveries.messageId, messageId), isFor(subscriber)));
    await tx.delete(topicMessages).where(and(isMessage, this.hasNoDeliveries(tx)));
  }

  /** Two subscribers that finish at once each see the other's delivery: messages that both leave are deleted here. */
  private async forgetDelivered(): Promise<void> {
    await this.database.run((db) => db.delete(topicMessages).where(this.hasNoDeliveries(db)));
  }

  private hasNoDeliveries(tx: Sql) {
    return notExists(
      tx
        .select({ one: sql`1` })
        .from(topicDeliveries)
        .where(eq(topicDeliveries.messageId, topicMessages.id)),
    );
  }
}

const isFor = (subscriber: string) => eq(topicDeliveries.subscriber, subscriber);

/** The name of a subscriber's queue. */
const queueOf = (subscriber: string): string => `topics.${subscriber}`;
