import { Module } from '@nestjs/common';
import { AccountDirectory } from './account-directory.js';

/** What the operator's command line reads of accounts: it needs the database alone. */
@Module({ providers: [AccountDirectory], exports: [AccountDirectory] })
export class AccountsOperationsModule {}
