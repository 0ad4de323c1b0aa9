import { Module } from '@nestjs/common';
import { AccountDirectory } from './account-directory.js';
import { AccountView } from './account-view.js';
import { AccountsService } from './accounts.service.js';
import { UsagePeriods } from './usage-periods.js';

/** Customer accounts, and whether they may call. */
@Module({
  providers: [AccountsService, AccountDirectory, AccountView, UsagePeriods],
  exports: [AccountsService, AccountDirectory, AccountView, UsagePeriods],
})
export class AccountsModule {}
