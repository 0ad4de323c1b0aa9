import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { spendsIdempotencyKey, translateStripeError } from './stripe-errors.js';
import { stripeWrites } from './stripe-writes.tables.js';

/** Stripe forgets idempotency keys after 24 h at the earliest; one hour is a margin for clock skew and long requests. */
const KEY_LIFETIME_MS = 23 * 3_600_000;

/** How to create one object at Stripe. */
export interface StripeWrite<P extends object, T extends { id: string }> {
  /** Identifies the object permanently; the idempotency key is derived from it. */
  operation: string;
  /** The parameters; requested once, then frozen. */
  params(): P | Promise<P>;
  create(params: P, idempotencyKey: string): Promise<T>;
  /** Looks for the object of an earlier try, without relying on the idempotency key. */
  find(params: P): Promise<T | undefined>;
  retrieve(id: string): Promise<T>;
}

type Row = typeof stripeWrites.$inferSelect;

/**
 * Creates objects at Stripe exactly once, despite any failure in between: the intent is written before the request,
 * with its final parameters; the request carries an idempotency key derived from the intent; the result is written
 * after it. When the key no longer protects (it is too old, or holds a failure), the object is searched for first, and
 * a new key is used. Callers must ensure that one operation is not performed concurrently.
 */
@Injectable()
export class StripeWrites {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws {FareboxError} Stripe's failure, translated. */
  async perform<P extends object, T extends { id: string }>(write: StripeWrite<P, T>): Promise<T> {
    const row = await this.intend(write);
    try {
      if (row.objectId !== null) return await write.retrieve(row.objectId);
      const params = row.params as P;
      const made = row.attempt > 0 ? await write.find(params) : undefined;
      return await this.finish(write.operation, made ?? (await this.attempt(write, row, params)));
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  /** Records an object to create, without creating it yet: `perform` creates it with these parameters. */
  async prepare<P extends object, T extends { id: string }>(write: StripeWrite<P, T>): Promise<void> {
    await this.intend(write);
  }

  /** Forgets an operation that Stripe permanently refused, so that it can start again with other parameters. */
  async abandon(operation: string): Promise<void> {
    await this.database.run((db) => db.delete(stripeWrites).where(eq(stripeWrites.operation, operation)));
  }

  /**
   * Requests the parameters again: for when Stripe refused the frozen ones, so that nothing was created with them. The
   * next attempt has a key of its own, and searches first.
   * @throws {FareboxError} when the parameters are not available.
   */
  async refreeze<P extends object, T extends { id: string }>(write: StripeWrite<P, T>): Promise<void> {
    try {
      await this.update(write.operation, { params: await write.params(), spent: true });
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  private async intend<P extends object, T extends { id: string }>(write: StripeWrite<P, T>): Promise<Row> {
    const known = await this.read(write.operation);
    if (known) return known;
    let params: P;
    try {
      params = await write.params();
    } catch (error) {
      throw translateStripeError(error);
    }
    await this.database.run((db) =>
      db.insert(stripeWrites).values({ operation: write.operation, params }).onConflictDoNothing(),
    );
    const row = await this.read(write.operation);
    if (!row) throw new Error(`the intent ${write.operation} is gone`);
    return row;
  }

  private async attempt<P extends object, T extends { id: string }>(
    write: StripeWrite<P, T>,
    row: Row,
    params: P,
  ): Promise<T> {
    const stale = row.attemptedAt !== null && this.clock.ms() - row.attemptedAt.getTime() > KEY_LIFETIME_MS;
    const fresh = row.attempt === 0 || row.spent || stale;
    const attempt = fresh ? row.attempt + 1 : row.attempt;
    if (fresh) await this.update(write.operation, { attempt, attemptedAt: this.clock.now(), spent: false });
    try {
      return await write.create(params, `farebox:${write.operation}:${attempt}`);
    } catch (error) {
      if (spendsIdempotencyKey(error)) await this.update(write.operation, { spent: true });
      throw error;
    }
  }

  private async finish<T extends { id: string }>(operation: string, made: T): Promise<T> {
    await this.update(operation, { objectId: made.id, params: null });
    return made;
  }

  private async read(operation: string): Promise<Row | undefined> {
    const rows = await this.database.run((db) =>
      db.select().from(stripeWrites).where(eq(stripeWrites.operation, operation)),
    );
    return rows[0];
  }

  private async update(operation: string, values: Partial<Row>): Promise<void> {
    await this.database.run((db) =>
      db.update(stripeWrites).set(values).where(eq(stripeWrites.operation, operation)),
    );
  }
}

/** Creates one object at Stripe, or makes one change, exactly once: with the database's help, or with keys alone. */
export interface Once {
  perform<P extends object, T extends { id: string }>(write: StripeWrite<P, T>): Promise<T>;
  /** Forgets an operation that is finished, or was refused. */
  abandon(operation: string): Promise<void>;
}
