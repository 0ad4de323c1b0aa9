import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { Database, type Sql } from '../../platform/database/database.js';
import { isUniqueViolation } from '../../platform/database/database-errors.js';
import { Notifications } from '../../platform/database/notifications.js';
import { FareboxError } from '../../platform/errors/farebox-error.js';
import { type Account, normaliseEmail } from './account.js';
import { ACCOUNT_CHANGED } from './account-view.js';
import { accounts } from './accounts.tables.js';

export class EmailTakenError extends FareboxError {
  constructor() {
    super('email_taken', 'This email has an account already. Use the token that was issued for it.');
  }
}

/** Who the customers are. */
@Injectable()
export class AccountsService {
  constructor(private readonly database: Database) {}

  /**
   * Adds an account, in the caller's transaction. Adding the same account again changes nothing.
   * @throws {EmailTakenError} when another account has the email.
   */
  async create(sql: Sql, account: Account): Promise<void> {
    const { accountId, ...columns } = account;
    try {
      await sql
        .insert(accounts)
        .values({ ...columns, id: accountId })
        .onConflictDoNothing({ target: accounts.id });
    } catch (error) {
      throw isUniqueViolation(error, 'accounts_email_unique') ? new EmailTakenError() : error;
    }
    await Notifications.notify(sql, ACCOUNT_CHANGED, account.customerId);
  }

  async findById(accountId: string): Promise<Account | undefined> {
    return this.find(eq(accounts.id, accountId));
  }

  async findByEmail(email: string): Promise<Account | undefined> {
    return this.find(eq(accounts.email, normaliseEmail(email)));
  }

  private async find(condition: ReturnType<typeof eq>): Promise<Account | undefined> {
    const [row] = await this.database.run((sql) => sql.select().from(accounts).where(condition).limit(1));
    if (!row) return undefined;
    const { id, ...columns } = row;
    return { ...columns, accountId: id };
  }
}
