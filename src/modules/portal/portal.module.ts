import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.js';
import { MeteringModule } from '../metering/index.js';
import { AccountTokensController } from './account-tokens.controller.js';
import { AccountTokensService } from './account-tokens.service.js';
import { AccountUsageController } from './account-usage.controller.js';
import { PagesModule } from './pages.module.js';

/** The consumer's side: the pages, and the routes under `/account` for their own data. */
@Module({
  imports: [PagesModule, AuthModule, MeteringModule],
  controllers: [AccountTokensController, AccountUsageController],
  providers: [AccountTokensService],
})
export class PortalModule {}
