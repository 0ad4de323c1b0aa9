import { Module } from '@nestjs/common';
import { AccountView } from './account-view.js';
import { AccountsService } from './accounts.service.js';

/** Who the customers are, and whether they may call. */
@Module({ providers: [AccountsService, AccountView], exports: [AccountsService, AccountView] })
export class AccountsModule {}
