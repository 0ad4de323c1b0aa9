import { Injectable } from '@nestjs/common';
import { and, asc, eq, gt, inArray, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import { Clock } from '../../platform/clock/clock.js';
import { Database, type Sql } from '../../platform/database/database.js';
import { isUniqueViolation } from '../../platform/database/database-errors.js';
import { Notifications } from '../../platform/database/notifications.js';
import { FareboxError } from '../../platform/errors/farebox-error.js';
import { Topic, Topics } from '../../platform/topics/topics.js';
import { refusesCalls } from './access.js';
import { type Account, type AccountBilling, type NewAccount, normaliseEmail } from './account.js';
import { ACCOUNT_CHANGED } from './account-view.js';
import { accounts, formerCustomers } from './accounts.tables.js';

/** "A customer has an account now": a new account, or an existing one that it was not the customer of before. */
export const ACCOUNT_OPENED = new Topic<{ accountId: string; customerId: string }>('accounts.opened');
/** "This subscription was replaced: its account has another customer now." It must be ended, with a final invoice. */
export const SUBSCRIPTION_REPLACED = new Topic<{ customerId: string; subscriptionId: string }>(
  'accounts.subscription-replaced',
);
/** Calls are refused from now on, by the state of the subscription. Not at the end of a grace period: no state changes then. */
export const ACCOUNT_SUSPENDED = new Topic<{ accountId: string; customerId: string }>('accounts.suspended');
/** Calls are answered again. */
export const ACCOUNT_RESUMED = new Topic<{ accountId: string; customerId: string }>('accounts.resumed');
/** "Subscription, plan or state of an account has changed." The subscriber reads the current state. */
export const ACCOUNT_STATE = new Topic<{ accountId: string }>('accounts.state');

export class EmailTakenError extends FareboxError {
  constructor() {
    super(
      'email_taken',
      'This email has an account already. Use its token, or have a sign-in link sent to the email: POST /sign-in, or /sign-in in a browser.',
    );
  }
}

/** Customer accounts. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly database: Database,
    private readonly topics: Topics,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds an account, in the caller's transaction. Adding the same account again changes nothing.
   * @throws {EmailTakenError} when another account has the email.
   */
  async create(tx: Sql, account: NewAccount): Promise<void> {
    const { accountId, ...columns } = account;
    try {
      await tx
        .insert(accounts)
        .values({ ...columns, id: accountId })
        .onConflictDoNothing({ target: accounts.id });
    } catch (error) {
      throw isUniqueViolation(error, 'accounts_email_unique') ? new EmailTakenError() : error;
    }
    await Notifications.notify(tx, ACCOUNT_CHANGED, account.customerId);
    await this.topics.publish(tx, ACCOUNT_OPENED, { accountId, customerId: account.customerId });
  }

  /** The account of a customer, locked until the transaction ends. */
  async lockByCustomer(tx: Sql, customerId: string): Promise<Account | undefined> {
    const [row] = await tx.select().from(accounts).where(eq(accounts.customerId, customerId)).for('update');
    return row && toAccount(row);
  }

  /** Writes the billing provider's current state. Announces it only when it changed. */
  async applyBilling(tx: Sql, customerId: string, billing: AccountBilling): Promise<void> {
    const values = billingColumns(billing);
    const [before] = await tx
      .select()
      .from(accounts)
      .where(eq(accounts.customerId, customerId))
      .for('update');
    const changed = await tx
      .update(accounts)
      .set(values)
      .where(
        and(
          eq(accounts.customerId, customerId),
          or(
            ...Object.entries(values).map(([name, value]) => {
              const column = accounts[name as keyof AccountBilling];
              return sql`${column} is distinct from ${sql.param(value, column)}`;
            }),
          ),
        ),
      )
      .returning({ accountId: accounts.id });
    for (const { accountId } of changed) {
      await this.announce(tx, accountId, customerId);
      await this.topics.publish(tx, ACCOUNT_STATE, { accountId });
      if (!before || refusesCalls(before) === refusesCalls(values)) continue;
      if (refusesCalls(values)) await this.topics.publish(tx, ACCOUNT_SUSPENDED, { accountId, customerId });
      else await this.topics.publish(tx, ACCOUNT_RESUMED, { accountId, customerId });
    }
  }

  /** Makes paid calls of the account wait until then, in every process; null: ends the wait. */
  async pauseCalls(accountId: string, until: Date | null): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [row] = await tx
        .update(accounts)
        .set({ changingUntil: until })
        .where(eq(accounts.id, accountId))
        .returning({ customerId: accounts.customerId });
      if (row) await this.announce(tx, accountId, row.customerId);
    });
  }

  /** Accounts with more than one live subscription item on one meter. */
  async countDoublyMetered(): Promise<number> {
    return this.database.run((db) => db.$count(accounts, sql`cardinality(${accounts.surplusItems}) > 0`));
  }

  /** Accounts whose invoices are not collected because collection is paused. */
  async countCollectionPaused(): Promise<number> {
    return this.database.run((db) => db.$count(accounts, isNotNull(accounts.collectionPaused)));
  }

  /**
   * Gives the account another customer, with its subscription, in the caller's transaction. Tokens for the former
   * customer keep working, and their calls count for the new one.
   * The former subscription must be ended. Changes nothing when the account has that customer already.
   */
  async moveToCustomer(
    tx: Sql,
    accountId: string,
    customer: AccountBilling & { customerId: string },
  ): Promise<void> {
    const [row] = await tx.select().from(accounts).where(eq(accounts.id, accountId)).for('update');
    if (!row || row.customerId === customer.customerId) return;
    await tx.insert(formerCustomers).values({ customerId: row.customerId, accountId }).onConflictDoNothing();
    await tx.delete(formerCustomers).where(eq(formerCustomers.customerId, customer.customerId));
    const { customerId, ...billing } = customer;
    await tx
      .update(accounts)
      .set({ customerId, ...billingColumns(billing) })
      .where(eq(accounts.id, accountId));
    await this.announce(tx, accountId, customerId);
    await this.topics.publish(tx, ACCOUNT_OPENED, { accountId, customerId });
    const { customerId: former, subscriptionId } = row;
    await this.topics.publish(tx, SUBSCRIPTION_REPLACED, { customerId: former, subscriptionId });
  }

  /**
   * Records that access to the account's mailbox was proven.
   * @returns whether this is the first proof: tokens issued before it may not belong to the mailbox owner.
   */
  async proveEmail(tx: Sql, accountId: string): Promise<boolean> {
    const proven = await tx
      .update(accounts)
      .set({ emailProvenAt: this.clock.now() })
      .where(and(eq(accounts.id, accountId), isNull(accounts.emailProvenAt)))
      .returning({ id: accounts.id });
    return proven.length === 1;
  }

  /** Has every process's `AccountView` read the account again, under each id by which a call may name it. */
  private async announce(tx: Sql, accountId: string, customerId: string): Promise<void> {
    const former = await tx
      .select({ customerId: formerCustomers.customerId })
      .from(formerCustomers)
      .where(eq(formerCustomers.accountId, accountId));
    const [its] = await tx
      .select({ externalId: accounts.externalId })
      .from(accounts)
      .where(eq(accounts.id, accountId));
    const external = its?.externalId ? [its.externalId] : [];
    for (const id of [customerId, ...former.map((row) => row.customerId), ...external])
      await Notifications.notify(tx, ACCOUNT_CHANGED, id);
  }

  /**
   * Takes some accounts last compared with the provider before `before`, and marks them as compared now.
   * @param unknownBefore the same for accounts whose payment method is not known yet.
   */
  async takeForReview(before: Date, unknownBefore: Date, now: Date, limit: number): Promise<string[]> {
    const rows = await this.database.run((db) =>
      db
        .update(accounts)
        .set({ reviewedAt: now })
        .where(
          inArray(
            accounts.id,
            db
              .select({ id: accounts.id })
              .from(accounts)
              .where(
                or(
                  lte(accounts.reviewedAt, before),
                  and(isNull(accounts.paymentMethod), lte(accounts.reviewedAt, unknownBefore)),
                ),
              )
              .orderBy(asc(accounts.reviewedAt))
              .limit(limit)
              .for('update', { skipLocked: true }),
          ),
        )
        .returning({ customerId: accounts.customerId }),
    );
    return rows.map(({ customerId }) => customerId);
  }

  /**
   * Open accounts in use whose invoices cannot be collected because there is no payment method, in a billing period
   * that contains `now`; by id, after `after`.
   */
  async withoutPaymentMethod(now: Date, limit: number, after?: string): Promise<Account[]> {
    const rows = await this.database.run((db) =>
      db
        .select()
        .from(accounts)
        .where(
          and(
            eq(accounts.paymentMethod, 'missing'),
            isNull(accounts.closedAt),
            inArray(accounts.status, ['active', 'trialing']),
            lte(accounts.periodStart, now),
            gt(accounts.periodEnd, now),
            after === undefined ? undefined : gt(accounts.id, after),
          ),
        )
        .orderBy(asc(accounts.id))
        .limit(limit),
    );
    return rows.map(toAccount);
  }

  /** The account's current and former customers, the current one first. */
  async customersOf(account: Pick<Account, 'accountId' | 'customerId'>): Promise<string[]> {
    const former = await this.database.run((db) =>
      db
        .select({ customerId: formerCustomers.customerId })
        .from(formerCustomers)
        .where(eq(formerCustomers.accountId, account.accountId))
        .orderBy(asc(formerCustomers.customerId)),
    );
    return [account.customerId, ...former.map(({ customerId }) => customerId)];
  }

  async findById(accountId: string): Promise<Account | undefined> {
    return this.find(eq(accounts.id, accountId));
  }

  /** The open account: the email of a closed account is free. */
  async findByEmail(email: string): Promise<Account | undefined> {
    return this.find(and(eq(accounts.email, normaliseEmail(email)), isNull(accounts.closedAt)));
  }

  /** The open account with that id of an application around us. */
  async findByExternalId(externalId: string): Promise<Account | undefined> {
    return this.find(and(eq(accounts.externalId, externalId), isNull(accounts.closedAt)));
  }

  private async find(condition: SQL | undefined): Promise<Account | undefined> {
    const [row] = await this.database.run((db) => db.select().from(accounts).where(condition).limit(1));
    return row && toAccount(row);
  }
}

/** The columns that follow the billing provider. */
function billingColumns(billing: AccountBilling): AccountBilling {
  const { subscriptionId, status, plan, periodStart, periodEnd, pastDueSince } = billing;
  const { trialEnd, cancelAt, cancelAtPeriodEnd, closedAt, surplusItems, paymentMethod } = billing;
  const { pendingPlan, pendingAt, collectionPaused } = billing;
  return {
    subscriptionId,
    status,
    plan,
    periodStart,
    periodEnd,
    pastDueSince,
    trialEnd,
    cancelAt,
    cancelAtPeriodEnd,
    pendingPlan,
    pendingAt,
    closedAt,
    surplusItems,
    paymentMethod,
    collectionPaused,
  };
}

function toAccount({ id, reviewedAt: _reviewedAt, ...columns }: typeof accounts.$inferSelect): Account {
  return { ...columns, accountId: id };
}
