import { Injectable } from '@nestjs/common';
import { asc, eq, or, sql as raw } from 'drizzle-orm';
import { Database } from '../../platform/database/database.js';
import { type Account, normaliseEmail } from './account.js';
import { accounts } from './accounts.tables.js';

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
>;

const COLUMNS = {
  accountId: accounts.id,
  email: accounts.email,
  customerId: accounts.customerId,
  subscriptionId: accounts.subscriptionId,
  plan: accounts.plan,
  status: accounts.status,
  createdAt: accounts.createdAt,
  closedAt: accounts.closedAt,
  surplusItems: accounts.surplusItems,
};

/** Looks accounts up, for the operator. */
@Injectable()
export class AccountDirectory {
  constructor(private readonly database: Database) {}

  /** The first `limit`, oldest first. */
  async list(limit: number): Promise<AccountEntry[]> {
    return this.database.run((sql) =>
      sql.select(COLUMNS).from(accounts).orderBy(asc(accounts.createdAt)).limit(limit),
    );
  }

  /** By email, or by Stripe's id of the customer or of the subscription. */
  async find(name: string): Promise<AccountEntry | undefined> {
    const [found] = await this.database.run((sql) =>
      sql
        .select(COLUMNS)
        .from(accounts)
        .where(
          or(
            eq(accounts.email, normaliseEmail(name)),
            eq(accounts.customerId, name),
            eq(accounts.subscriptionId, name),
          ),
        )
        // An email may have had accounts before, which are closed: the open one first.
        .orderBy(raw`${accounts.closedAt} desc nulls first`)
        .limit(1),
    );
    return found;
  }
}
