import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/index.js';
import { AnalyticsModule } from '../analytics/index.js';
import { AuthModule } from '../auth/index.js';
import { BillingModule } from '../billing/index.js';
import { MeteringModule } from '../metering/index.js';
import { AccountController } from './account.controller.js';
import { AccountService } from './account.service.js';
import { AccountTokensController } from './account-tokens.controller.js';
import { AccountTokensService } from './account-tokens.service.js';
import { AccountUsageController } from './account-usage.controller.js';
import { PagesModule } from './pages.module.js';

/** The consumer's side: the pages, and the routes under `/account` for their own data. */
@Module({
  imports: [PagesModule, AccountsModule, AnalyticsModule, AuthModule, BillingModule, MeteringModule],
  controllers: [AccountController, AccountTokensController, AccountUsageController],
  providers: [AccountService, AccountTokensService],
})
export class PortalModule {}
