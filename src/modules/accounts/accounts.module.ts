import { Module } from '@nestjs/common';
import { AccountView } from './account-view.js';
import { AccountsService } from './accounts.service.js';
import { UsagePeriods } from './usage-periods.js';

/** Who the customers are, and whether they may call. */
@Module({
  providers: [AccountsService, AccountView, UsagePeriods],
  exports: [AccountsService, AccountView, UsagePeriods],
})
export class AccountsModule {}
