import { Module } from '@nestjs/common';
import { AccountDirectory } from './account-directory.js';
import { AccountView } from './account-view.js';
import { AccountsService } from './accounts.service.js';

/** Customer accounts, and whether they may call. */
@Module({
  providers: [AccountsService, AccountDirectory, AccountView],
  exports: [AccountsService, AccountDirectory, AccountView],
})
export class AccountsModule {}
