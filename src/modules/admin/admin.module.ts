import { Module } from '@nestjs/common';
import { HttpModule } from '../../platform/http/http.module.js';
import { AccountsModule } from '../accounts/index.js';
import { AuthModule } from '../auth/index.js';
import { BillingModule } from '../billing/index.js';
import { LedgerModule } from '../ledger/index.js';
import { MetersModule } from '../meters/index.js';
import { UsageModule } from '../usage/index.js';
import { OperatorAccountsController } from './accounts.controller.js';
import { AccountProfiles } from './account-profiles.js';
import { OperatorCatalogController, OperatorCatalogueController } from './catalog.controller.js';
import { OperatorHealthController } from './health.controller.js';
import { OperatorMeterTestController } from './meter-test/meter-test.controller.js';
import { MeterTests } from './meter-test/meter-tests.js';
import { OperatorMetersController } from './meters.controller.js';
import { OperatorGuard } from './session/operator.guard.js';
import { OperatorSessions } from './session/operator-session.js';
import { SessionController } from './session/session.controller.js';
import { OperatorUsageController } from './usage.controller.js';
import { OperatorWebhooksController } from './webhooks.controller.js';

/** The operator's routes under `/admin`, which answer 404 unless ADMIN_TOKEN is set. */
@Module({
  imports: [HttpModule, AccountsModule, AuthModule, BillingModule, LedgerModule, MetersModule, UsageModule],
  controllers: [
    SessionController,
    OperatorAccountsController,
    OperatorMetersController,
    OperatorMeterTestController,
    OperatorUsageController,
    OperatorWebhooksController,
    OperatorCatalogController,
    OperatorCatalogueController,
    OperatorHealthController,
  ],
  providers: [OperatorSessions, OperatorGuard, AccountProfiles, MeterTests],
})
export class AdminModule {}
