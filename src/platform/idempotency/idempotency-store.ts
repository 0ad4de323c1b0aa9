import { Injectable, type OnModuleInit } from '@nestjs/common';
import { and, eq, isNull, lte } from 'drizzle-orm';
import { Clock } from '../clock/clock.js';
import { Database, type Sql } from '../database/database.js';
import { Sweep } from '../jobs/sweep.js';
import { IdempotencyKeyReusedError } from './idempotency-errors.js';
import { idempotencyKeys } from './idempotency.tables.js';

const LIFETIME_MS = 24 * 3_600_000;

/** A request under an `Idempotency-Key`: caller and route (`scope`), the key, and a hash of the request (`fingerprint`). */
export interface KeyedRequest {
  scope: string;
  key: string;
  fingerprint: string;
}

/** The stored answer. The body is stored as given here: leave out what must not be stored, and rebuild it. */
export interface StoredAnswer {
  status: number;
  body: object;
}

/** The answers to requests made under an `Idempotency-Key`, for 24 hours. */
@Injectable()
export class IdempotencyStore implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sweep: Sweep,
  ) {}

  onModuleInit(): void {
    this.sweep.register('idempotency.expire', () => this.forgetExpired());
  }

  /**
   * Records that a request is being made. Two of the same may run at once: their work must be safe to do twice.
   * @returns the stored answer when the same request was answered before.
   * @throws {IdempotencyKeyReusedError} when the key was used for another request.
   */
  async begin(request: KeyedRequest): Promise<StoredAnswer | undefined> {
    return this.database.transaction(async (tx) => {
      const mine = this.matching(request);
      await tx.delete(idempotencyKeys).where(and(mine, lte(idempotencyKeys.expiresAt, this.clock.now())));
      const expiresAt = new Date(this.clock.ms() + LIFETIME_MS);
      await tx
        .insert(idempotencyKeys)
        .values({ ...request, expiresAt })
        .onConflictDoNothing();
      const [row] = await tx.select().from(idempotencyKeys).where(mine);
      if (row && row.fingerprint !== request.fingerprint) throw new IdempotencyKeyReusedError();
      return row?.status == null ? undefined : { status: row.status, body: row.answer as object };
    });
  }

  /** Stores the answer, in the transaction that makes it true. The first answer stays. */
  async answer(tx: Sql, request: KeyedRequest, answer: StoredAnswer): Promise<void> {
    await tx
      .update(idempotencyKeys)
      .set({ status: answer.status, answer: answer.body })
      .where(and(this.matching(request), isNull(idempotencyKeys.status)));
  }

  /** The stored answer, when there is one. */
  async find(request: KeyedRequest): Promise<StoredAnswer | undefined> {
    const [row] = await this.database.run((db) =>
      db.select().from(idempotencyKeys).where(this.matching(request)),
    );
    return row?.status == null ? undefined : { status: row.status, body: row.answer as object };
  }

  private matching(request: KeyedRequest) {
    return and(eq(idempotencyKeys.scope, request.scope), eq(idempotencyKeys.key, request.key));
  }

  private async forgetExpired(): Promise<void> {
    await this.database.run((db) =>
      db.delete(idempotencyKeys).where(lte(idempotencyKeys.expiresAt, this.clock.now())),
    );
  }
}
