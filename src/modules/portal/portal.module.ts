import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.js';
import { BillingModule } from '../billing/index.js';
import { AccountTokensController } from './account-tokens.controller.js';
import { AccountTokensService } from './account-tokens.service.js';
import { BillingPortalController } from './billing-portal.controller.js';
import { PagesModule } from './pages.module.js';

/** The consumer's side: the pages, and the routes under `/account` for their own data. */
@Module({
  imports: [PagesModule, AuthModule, BillingModule],
  controllers: [AccountTokensController, BillingPortalController],
  providers: [AccountTokensService],
})
export class PortalModule {}
