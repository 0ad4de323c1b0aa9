import { Module } from '@nestjs/common';
import { HttpModule } from '../../platform/http/http.module.js';
import { AccountsModule } from '../accounts/index.js';
import { AuthModule } from '../auth/index.js';
import { BillingModule } from '../billing/index.js';
import { ConflictLimit } from './conflict-limit.js';
import { FareboxAccounts } from './farebox-accounts.js';
import { RegistrationCompletion } from './registration-completion.js';
import { RegistrationController } from './registration.controller.js';
import { RegistrationIntents } from './registration-intents.js';
import { RegistrationService } from './registration.service.js';

/** How a person becomes a customer by registering. */
@Module({
  imports: [AccountsModule, AuthModule, BillingModule, HttpModule],
  controllers: [RegistrationController],
  providers: [
    RegistrationIntents,
    RegistrationCompletion,
    RegistrationService,
    ConflictLimit,
    FareboxAccounts,
  ],
  exports: [RegistrationIntents, RegistrationCompletion, FareboxAccounts],
})
export class RegistrationModule {}
