import { Injectable } from '@nestjs/common';
import { and, asc, eq, inArray, isNull, lte, sql as raw } from 'drizzle-orm';
import { Clock } from '../../../platform/clock/clock.js';
import { Database, type Sql } from '../../../platform/database/database.js';
import { retryDelay } from '../../../platform/jobs/backoff.js';
import type { Invoice } from '../invoice-gateway.js';
import { HELD_STATES, type HoldState, invoiceHolds } from './invoice-holds.tables.js';
import { releaseTime } from './release-time.js';

export type InvoiceHold = typeof invoiceHolds.$inferSelect;

const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 5 * 60_000;
const BATCH = 10;

/** Invoices that are held, in the database. */
@Injectable()
export class InvoiceHoldStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Writes down an invoice that bills use. Seen again, it changes nothing but whether it is final. */
  async recordDraft(sql: Sql, invoice: Invoice): Promise<void> {
    const used = invoice.lines.flatMap(({ usage, from, to }) => (usage ? [{ ...usage, from, to }] : []));
    if (used.length === 0) return;
    const now = this.clock.now();
    const draft = invoice.status === 'draft';
    await sql
      .insert(invoiceHolds)
      .values({
        invoiceId: invoice.id,
        customerId: invoice.customerId,
        state: draft ? 'seen' : 'missed',
        lines: used.map(({ priceId, from, to }) => ({
          priceId,
          from: from.toISOString(),
          to: to.toISOString(),
        })),
        usedUntil: new Date(Math.max(...used.map(({ to }) => to.getTime()))),
        seenAt: now,
        releaseAfter: releaseTime(invoice, now),
        nextAttemptAt: now,
        endedAt: draft ? null : now,
      })
      .onConflictDoNothing();
    await this.seeFinal(sql, invoice);
  }

  /** Writes down, of an invoice that we know, that it is final now; or that the provider could not make it so. */
  async seeFinal(sql: Sql, { id, status, finalizationError }: Invoice): Promise<void> {
    if (status === 'draft') {
      if (finalizationError !== null) await this.move(sql, id, ['released', 'unproven'], 'stuck');
      return;
    }
    await sql
      .update(invoiceHolds)
      .set({ finalAt: this.clock.now() })
      .where(and(eq(invoiceHolds.invoiceId, id), isNull(invoiceHolds.finalAt)));
    await this.move(sql, id, ['stuck'], 'released');
  }

  private async move(sql: Sql, id: string, from: readonly HoldState[], state: HoldState): Promise<void> {
    await sql
      .update(invoiceHolds)
      .set({ state })
      .where(and(eq(invoiceHolds.invoiceId, id), inArray(invoiceHolds.state, from)));
  }

  /** The longest waiting of those that are to be held; it is locked until the transaction ends. Others' are passed over. */
  async takeSeen(sql: Sql): Promise<InvoiceHold | undefined> {
    const [row] = await sql
      .select()
      .from(invoiceHolds)
      .where(this.due(['seen']))
      .orderBy(asc(invoiceHolds.nextAttemptAt))
      .limit(1)
      .for('update', { skipLocked: true });
    return row;
  }

  /** Held invoices that something is to be done for now, the longest waiting first: some of them. */
  async dueHeld(): Promise<string[]> {
    const rows = await this.database.run((sql) =>
      sql
        .select({ id: invoiceHolds.invoiceId })
        .from(invoiceHolds)
        .where(this.due(HELD_STATES))
        .orderBy(asc(invoiceHolds.nextAttemptAt))
        .limit(BATCH),
    );
    return rows.map(({ id }) => id);
  }

  /** When something is to be done next for an invoice in one of these states; `undefined` while nothing is. */
  async nextAt(states: readonly HoldState[]): Promise<Date | undefined> {
    const [row] = await this.database.run((sql) =>
      sql
        .select({ at: invoiceHolds.nextAttemptAt })
        .from(invoiceHolds)
        .where(and(isNull(invoiceHolds.endedAt), inArray(invoiceHolds.state, states)))
        .orderBy(asc(invoiceHolds.nextAttemptAt))
        .limit(1),
    );
    return row?.at;
  }

  /** `undefined` when nothing is to be done for it now: another process was quicker. */
  async held(invoiceId: string): Promise<InvoiceHold | undefined> {
    const [row] = await this.database.run((sql) =>
      sql
        .select()
        .from(invoiceHolds)
        .where(and(eq(invoiceHolds.invoiceId, invoiceId), this.due(HELD_STATES))),
    );
    return row;
  }

  /** Nothing is to be done for it before it may be released. */
  async holding(sql: Sql, { invoiceId, releaseAfter }: InvoiceHold): Promise<void> {
    await update(sql, invoiceId, { state: 'guarded', attempts: 0, nextAttemptAt: releaseAfter });
  }

  async end(sql: Sql, invoiceId: string, state: HoldState): Promise<void> {
    await update(sql, invoiceId, { state, endedAt: this.clock.now() });
  }

  async postpone(sql: Sql, { invoiceId, attempts }: InvoiceHold): Promise<void> {
    const wait = retryDelay(attempts, FIRST_RETRY_MS, LAST_RETRY_MS);
    const nextAttemptAt = new Date(this.clock.ms() + wait);
    await update(sql, invoiceId, { attempts: attempts + 1, nextAttemptAt });
  }

  async countOpen(): Promise<number> {
    return this.database.run((sql) => sql.$count(invoiceHolds, isNull(invoiceHolds.endedAt)));
  }

  /** How many drafts could be released longer ago than that, in milliseconds, or were and are no invoice yet. */
  async countNotFinal(which: 'held' | 'released', agoMs: number): Promise<number> {
    const before = new Date(this.clock.ms() - agoMs).toISOString();
    const since = which === 'held' ? raw`h.ended_at is null and h.release_after` : raw`h.ended_at`;
    const { rows } = await this.database.run((sql) =>
      sql.execute<{ count: number }>(raw`
        select count(*)::int as count from invoice_holds h
        where h.final_at is null and ${since} < ${before}::timestamptz and h.state <> 'left'
          and not exists (select 1 from mirrored_invoices m
            where m.invoice_id = h.invoice_id and m.status = 'deleted')`),
    );
    return rows[0]?.count ?? 0;
  }

  private due(states: readonly HoldState[]) {
    return and(
      isNull(invoiceHolds.endedAt),
      lte(invoiceHolds.nextAttemptAt, this.clock.now()),
      inArray(invoiceHolds.state, states),
    );
  }
}

async function update(sql: Sql, invoiceId: string, values: Partial<InvoiceHold>): Promise<void> {
  await sql.update(invoiceHolds).set(values).where(eq(invoiceHolds.invoiceId, invoiceId));
}
