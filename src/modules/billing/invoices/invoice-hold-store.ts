import { Injectable } from '@nestjs/common';
import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { Clock } from '../../../platform/clock/clock.js';
import { Database, type Sql } from '../../../platform/database/database.js';
import { WorkTable } from '../../../platform/jobs/work-table.js';
import type { Invoice } from '../ports/invoice-gateway.js';
import { HELD_STATES, type HoldState, invoiceHolds } from './invoice-holds.tables.js';
import { releaseTime } from './release-time.js';

export type InvoiceHold = typeof invoiceHolds.$inferSelect;

const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 5 * 60_000;
const BATCH = 10;

/** Invoices that are held, in the database. */
@Injectable()
export class InvoiceHoldStore extends WorkTable<typeof invoiceHolds> {
  constructor(database: Database, clock: Clock) {
    super(database, clock, invoiceHolds, {
      open: isNull(invoiceHolds.endedAt),
      firstRetryMs: FIRST_RETRY_MS,
      lastRetryMs: LAST_RETRY_MS,
    });
  }

  /** Records an invoice that bills usage. Seen again, it changes only whether the invoice is final. */
  async recordDraft(tx: Sql, invoice: Invoice): Promise<void> {
    const used = invoice.lines.flatMap(({ usage, from, to }) => (usage ? [{ ...usage, from, to }] : []));
    if (used.length === 0) return;
    const now = this.clock.now();
    const draft = invoice.status === 'draft';
    await tx
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
    await this.seeFinal(tx, invoice);
  }

  /** Records, for a known invoice, that it is final now; or that the provider failed to finalize it. */
  async seeFinal(tx: Sql, { id, status, finalizationError }: Invoice): Promise<void> {
    if (status === 'draft') {
      if (finalizationError !== null) await this.move(tx, id, ['released', 'unproven'], 'stuck');
      return;
    }
    await tx
      .update(invoiceHolds)
      .set({ finalAt: this.clock.now() })
      .where(and(eq(invoiceHolds.invoiceId, id), isNull(invoiceHolds.finalAt)));
    await this.move(tx, id, ['stuck'], 'released');
  }

  private async move(tx: Sql, id: string, from: readonly HoldState[], state: HoldState): Promise<void> {
    await tx
      .update(invoiceHolds)
      .set({ state })
      .where(and(eq(invoiceHolds.invoiceId, id), inArray(invoiceHolds.state, from)));
  }

  /** The longest-waiting invoice to be held; it is locked until the transaction ends. Rows locked by others are skipped. */
  async takeSeen(tx: Sql): Promise<InvoiceHold | undefined> {
    return this.take(tx, isIn(['seen']));
  }

  /** Held invoices that are due now, the longest waiting first: some of them. */
  async dueHeld(): Promise<string[]> {
    const rows = await this.listDue(BATCH, isIn(HELD_STATES));
    return rows.map(({ invoiceId }) => invoiceId);
  }

  /** When an invoice in one of these states is due next; `undefined` when none is. */
  async nextIn(states: readonly HoldState[]): Promise<Date | undefined> {
    return this.nextAt(isIn(states));
  }

  /** `undefined` when nothing is due for it: another process was quicker. */
  async held(invoiceId: string): Promise<InvoiceHold | undefined> {
    const [row] = await this.listDue(1, and(eq(invoiceHolds.invoiceId, invoiceId), isIn(HELD_STATES)));
    return row;
  }

  /** Nothing is due for it before it may be released. */
  async holding(tx: Sql, hold: InvoiceHold): Promise<void> {
    await this.set(hold, { state: 'guarded', attempts: 0, nextAttemptAt: hold.releaseAfter }, tx);
  }

  async end(tx: Sql, hold: InvoiceHold, state: HoldState): Promise<void> {
    await this.set(hold, { state, endedAt: this.clock.now() }, tx);
  }

  /** How many drafts have been releasable, or released, for longer than `agoMs`, and are not final yet. */
  async countNotFinal(which: 'held' | 'released', agoMs: number): Promise<number> {
    const before = new Date(this.clock.ms() - agoMs).toISOString();
    const since = which === 'held' ? sql`h.ended_at is null and h.release_after` : sql`h.ended_at`;
    const { rows } = await this.database.run((db) =>
      db.execute<{ count: number }>(sql`
        select count(*)::int as count from farebox.invoice_holds h
        where h.final_at is null and ${since} < ${before}::timestamptz and h.state <> 'left'
          and not exists (select 1 from farebox.mirrored_invoices m
            where m.invoice_id = h.invoice_id and m.status = 'deleted')`),
    );
    return rows[0]?.count ?? 0;
  }
}

const isIn = (states: readonly HoldState[]): SQL => inArray(invoiceHolds.state, states);

/**
 * The condition that the invoice of a billing period `p` is final: usage reported from then on is on no invoice. The
 * line must cover a time that was over by then; one for a future time bills nothing of it yet.
 */
export const IS_FINAL = `exists (
  select 1 from farebox.invoice_holds h
  cross join json_to_recordset(h.lines) as l ("priceId" text, "from" timestamptz, "to" timestamptz)
  where h.customer_id = p.customer_id and h.final_at is not null and l."priceId" = p.price_id
    and p.starts_at < l."to" and p.ends_at > l."from" and l."to" <= h.final_at)`;
