import { Injectable, type OnModuleInit } from '@nestjs/common';
import { and, eq, inArray, isNull } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import { Database } from '../../platform/database/database.js';
import { Notifications } from '../../platform/database/notifications.js';
import type { AccountState } from '../../platform/identity/principal.js';
import { Log } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { accounts, formerCustomers } from './accounts.tables.js';

/** The channel on which a changed account is announced; the payload is the customer id. */
export const ACCOUNT_CHANGED = 'account_changed';

const COLUMNS = {
  accountId: accounts.id,
  customerId: accounts.customerId,
  subscriptionId: accounts.subscriptionId,
  status: accounts.status,
  plan: accounts.plan,
  pastDueSince: accounts.pastDueSince,
  closedAt: accounts.closedAt,
  changingUntil: accounts.changingUntil,
  paymentMethod: accounts.paymentMethod,
  periodStart: accounts.periodStart,
  periodEnd: accounts.periodEnd,
};

/** About 50 MB when full. */
const MAX_ACCOUNTS = 100_000;
const REREAD_BATCH = 1_000;
const RETRY_MS = 1_000;

/**
 * The state of accounts in memory, so that a call costs no query and works while the database is down. An account is read on
 * first use. Notifications keep it up to date; when notifications may have been missed, everything in memory is read again.
 */
@Injectable()
export class AccountView implements OnModuleInit {
  private readonly states = new LRUCache<string, AccountState>({ max: MAX_ACCOUNTS });
  private readonly loading = new Map<string, Promise<AccountState | undefined>>();
  private readonly log: Log;
  /** Customers whose state may have changed since it was read. */
  private readonly stale = new Set<string>();
  /** Callers waiting for an account to be read again. */
  private readonly waiting: { customerId: string; done: () => void }[] = [];
  private refreshing: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly notifications: Notifications,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('accounts');
    metrics.gauge('accounts_in_memory', 'Accounts whose state this process holds.', () => this.states.size);
  }

  onModuleInit(): void {
    this.notifications.listen(ACCOUNT_CHANGED, {
      onPayload: (customerId) => this.refresh([customerId]),
      onGap: () => this.refresh(this.states.keys()),
    });
  }

  /** From memory alone. */
  peek(customerId: string): AccountState | undefined {
    return this.states.get(customerId);
  }

  /**
   * From memory, or read now.
   * @returns `undefined` when there is no such customer.
   * @throws {DatabaseUnavailableError} when it is not in memory and cannot be read.
   */
  async get(customerId: string): Promise<AccountState | undefined> {
    return this.states.get(customerId) ?? this.load(customerId);
  }

  /** Reads the account again: for a caller that has just changed it and needs its next call to see that. */
  async catchUp(customerId: string): Promise<void> {
    const caughtUp = new Promise<void>((done) => this.waiting.push({ customerId, done }));
    this.refresh([customerId]);
    await caughtUp;
  }

  private load(customerId: string): Promise<AccountState | undefined> {
    let loading = this.loading.get(customerId);
    if (!loading) {
      loading = this.read([customerId])
        .then((found) => {
          const state = found.get(customerId);
          if (state) this.states.set(customerId, state);
          return state;
        })
        .finally(() => this.loading.delete(customerId));
      this.loading.set(customerId, loading);
    }
    return loading;
  }

  /**
   * Reads the accounts in memory again, one batch after the other, so that an older answer never overtakes a newer one.
   * An account deleted from the database is removed from memory too.
   */
  private refresh(customerIds: Iterable<string>): void {
    for (const id of customerIds) this.stale.add(id);
    if (this.stale.size > 0) this.refreshing ??= this.refreshStale();
  }

  private async refreshStale(): Promise<void> {
    let batch: string[] = [];
    let waiting: typeof this.waiting = [];
    try {
      while (this.stale.size > 0) {
        waiting = this.waiting.splice(0);
        batch = this.takeStale(waiting.map(({ customerId }) => customerId));
        await Promise.allSettled(batch.map((id) => this.loading.get(id)));
        await this.reread(batch.filter((id) => this.states.has(id)));
        for (const { done } of waiting) done();
      }
    } catch (error) {
      // Accounts in memory keep the last known state until the database answers again.
      this.log.debug('Account state could not be read again.', {
        error: error instanceof Error ? error.name : 'unknown',
      });
      setTimeout(() => this.refresh(batch), RETRY_MS).unref();
    } finally {
      for (const { done } of [...waiting, ...this.waiting.splice(0)]) done();
      // In the same turn as the check of `stale`: a later caller starts a new refresh.
      this.refreshing = undefined;
    }
  }

  /** Accounts with waiting callers first: while notifications are lost, there are always others to read. */
  private takeStale(first: readonly string[]): string[] {
    const batch = new Set(first);
    for (const id of this.stale) {
      if (batch.size >= REREAD_BATCH) break;
      batch.add(id);
    }
    for (const id of batch) this.stale.delete(id);
    return [...batch];
  }

  private async reread(customerIds: readonly string[]): Promise<void> {
    if (customerIds.length === 0) return;
    const found = await this.read(customerIds);
    for (const id of customerIds) {
      const state = found.get(id);
      if (state) this.states.set(id, state);
      else this.states.delete(id);
    }
  }

  /** By the ids requested: the accounts' own customers, former ones, or ids of an application around us. */
  private async read(customerIds: readonly string[]): Promise<Map<string, AccountState>> {
    const ids = [...customerIds];
    return this.database.run(async (db) => {
      const own = await db.select(COLUMNS).from(accounts).where(inArray(accounts.customerId, ids));
      const found = new Map<string, AccountState>(own.map((state) => [state.customerId, state]));
      const rest = ids.filter((id) => !found.has(id));
      if (rest.length === 0) return found;
      const moved = await db
        .select({ ...COLUMNS, former: formerCustomers.customerId })
        .from(formerCustomers)
        .innerJoin(accounts, eq(accounts.id, formerCustomers.accountId))
        .where(inArray(formerCustomers.customerId, rest));
      for (const { former, ...state } of moved) found.set(former, state);
      const others = rest.filter((id) => !found.has(id));
      if (others.length === 0) return found;
      const external = await db
        .select({ ...COLUMNS, externalId: accounts.externalId })
        .from(accounts)
        .where(and(inArray(accounts.externalId, others), isNull(accounts.closedAt)));
      for (const { externalId, ...state } of external) if (externalId) found.set(externalId, state);
      return found;
    });
  }
}
