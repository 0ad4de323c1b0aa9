import { Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { Settings } from '../../platform/config/settings.js';
import { AccountsModule } from '../accounts/index.js';
import { AnalyticsModule } from '../analytics/index.js';
import { AuthModule } from '../auth/index.js';
import { BillingModule } from '../billing/index.js';
import { RegistrationCompletion } from './registration-completion.js';
import { RegistrationController } from './registration.controller.js';
import { RegistrationIntents } from './registration-intents.js';
import { RegistrationService } from './registration.service.js';

/** How a person becomes a customer. */
@Module({
  imports: [
    AccountsModule,
    AnalyticsModule,
    AuthModule,
    BillingModule,
    ThrottlerModule.forRootAsync({
      useFactory: (settings: Settings) => [{ ttl: 60_000, limit: settings.get('REGISTRATION_RATE_LIMIT') }],
      inject: [Settings],
    }),
  ],
  controllers: [RegistrationController],
  providers: [RegistrationIntents, RegistrationCompletion, RegistrationService],
})
export class RegistrationModule {}
