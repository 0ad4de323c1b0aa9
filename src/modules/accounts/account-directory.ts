import { Injectable } from '@nestjs/common';
import { and, asc, desc, eq, exists, lt, or, sql } from 'drizzle-orm';
import { Database, type Sql } from '../../platform/database/database.js';
import { type Account, normaliseEmail } from './account.js';
import { accounts, formerCustomers } from './accounts.tables.js';

/** An account as an operator lists it. Times are UTC. */
export type AccountEntry = Pick<
  Account,
  | 'accountId'
  | 'email'
  | 'customerId'
  | 'subscriptionId'
  | 'plan'
  | 'status'
  | 'createdAt'
  | 'closedAt'
  | 'surplusItems'
  | 'paymentMethod'
  | 'collectionPaused'
  | 'pendingPlan'
  | 'pendingAt'
>;

/** Everything known of an account here, and its former customers. */
export interface AccountProfile extends Account {
  /** By the provider's ids. */
  formerCustomers: string[];
}

export interface AccountPage {
  /** Newest first. */
  accounts: AccountEntry[];
  /** `before` of the next page; null on the last page. */
  next: string | null;
}

const COLUMNS = {
  accountId: accounts.id,
  email: accounts.email,
  customerId: accounts.customerId,
  subscriptionId: accounts.subscriptionId,
  plan: accounts.plan,
  status: accounts.status,
  createdAt: accounts.createdAt,
  closedAt: accounts.closedAt,
  pendingPlan: accounts.pendingPlan,
  pendingAt: accounts.pendingAt,
  surplusItems: accounts.surplusItems,
  paymentMethod: accounts.paymentMethod,
  collectionPaused: accounts.collectionPaused,
};

/** Looks up accounts for the operator. */
@Injectable()
export class AccountDirectory {
  constructor(private readonly database: Database) {}

  /** The first `limit`, oldest first. */
  async list(limit: number): Promise<AccountEntry[]> {
    return this.database.run((db) =>
      db.select(COLUMNS).from(accounts).orderBy(asc(accounts.createdAt)).limit(limit),
    );
  }

  /** By email, or by Stripe's id of the customer or of the subscription. */
  async find(name: string): Promise<AccountEntry | undefined> {
    const [found] = await this.database.run((db) =>
      db
        .select(COLUMNS)
        .from(accounts)
        .where(
          or(
            eq(accounts.email, normaliseEmail(name)),
            eq(accounts.customerId, name),
            eq(accounts.subscriptionId, name),
          ),
        )
        // An email may belong to closed accounts too: the open one first.
        .orderBy(sql`${accounts.closedAt} desc nulls first`)
        .limit(1),
    );
    return found;
  }

  /**
   * A page of the accounts, newest first.
   * @param text a part of the email, or a whole id of the provider: customer, former customer or subscription. `''`: all.
   * @param before the page starts below the account with this id; absent: at the newest.
   */
  async page(text: string, { before, limit }: { before?: string; limit: number }): Promise<AccountPage> {
    const wanted = text.trim();
    const found = await this.database.run((db) => {
      const formerly = db
        .select({ id: formerCustomers.accountId })
        .from(formerCustomers)
        .where(and(eq(formerCustomers.accountId, accounts.id), eq(formerCustomers.customerId, wanted)));
      const matching = or(
        // Not a pattern: `%` and `_` match literally.
        sql`strpos(${accounts.email}, ${normaliseEmail(wanted)}) > 0`,
        eq(accounts.customerId, wanted),
        eq(accounts.subscriptionId, wanted),
        eq(accounts.externalId, wanted),
        exists(formerly),
      );
      return db
        .select(COLUMNS)
        .from(accounts)
        .where(
          and(
            wanted === '' ? undefined : matching,
            before === undefined ? undefined : lt(accounts.id, before),
          ),
        )
        .orderBy(desc(accounts.id))
        .limit(limit + 1);
    });
    const page = found.slice(0, limit);
    return { accounts: page, next: found.length > limit ? (page.at(-1)?.accountId ?? null) : null };
  }

  /** Locks the account until the transaction ends: its tokens are issued and revoked one at a time. */
  async hold(tx: Sql, accountId: string): Promise<void> {
    await tx
      .select({ id: accounts.id })
      .from(accounts)
      .where(eq(accounts.id, accountId))
      .for('no key update');
  }

  /** Whether an account has, or had, this customer of the provider's. */
  async isCustomer(tx: Sql, id: string): Promise<boolean> {
    const [now] = await tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.customerId, id));
    if (now) return true;
    const [before] = await tx
      .select({ id: formerCustomers.accountId })
      .from(formerCustomers)
      .where(eq(formerCustomers.customerId, id));
    return before !== undefined;
  }

  /** By the provider's id of its customer. */
  async profile(customerId: string): Promise<AccountProfile | undefined> {
    return this.database.run(async (db) => {
      const [found] = await db
        .select({
          ...COLUMNS,
          changingUntil: accounts.changingUntil,
          firstname: accounts.firstname,
          lastname: accounts.lastname,
          periodStart: accounts.periodStart,
          periodEnd: accounts.periodEnd,
          pastDueSince: accounts.pastDueSince,
          trialEnd: accounts.trialEnd,
          cancelAt: accounts.cancelAt,
          cancelAtPeriodEnd: accounts.cancelAtPeriodEnd,
          emailProvenAt: accounts.emailProvenAt,
          externalId: accounts.externalId,
        })
        .from(accounts)
        .where(eq(accounts.customerId, customerId));
      if (!found) return undefined;
      const former = await db
        .select({ customerId: formerCustomers.customerId })
        .from(formerCustomers)
        .where(eq(formerCustomers.accountId, found.accountId))
        .orderBy(asc(formerCustomers.customerId));
      return { ...found, formerCustomers: former.map((row) => row.customerId) };
    });
  }
}
