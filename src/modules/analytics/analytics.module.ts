import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Settings } from '../../platform/config/settings.js';
import { Log } from '../../platform/logging/logger.js';
import { AccountsModule } from '../accounts/index.js';
import { AnalyticsGateway, NoAnalyticsGateway } from './analytics-gateway.js';
import { AnalyticsService } from './analytics.service.js';
import { CallQueue } from './call-queue.js';
import { CallRecorder } from './call-recorder.js';
import { IdentifyInterceptor } from './identify.interceptor.js';
import { IdentityMapping, StripeIdentityMapping } from './identity-mapping.js';
import { MoesifAnalyticsGateway } from './moesif/moesif-analytics.gateway.js';
import { createMoesifClient } from './moesif/moesif-client.js';

function createGateway(settings: Settings, log: Log): AnalyticsGateway {
  const applicationId = settings.get('MOESIF_APPLICATION_ID');
  if (applicationId !== undefined)
    return new MoesifAnalyticsGateway(createMoesifClient(settings, applicationId));
  log
    .named('analytics')
    .warn('MOESIF_APPLICATION_ID is not set: analytics is off, and Moesif learns of nobody and nothing.');
  return new NoAnalyticsGateway();
}

/** Tells Moesif who the customers are and what they call. */
@Module({
  imports: [AccountsModule],
  providers: [
    { provide: AnalyticsGateway, useFactory: createGateway, inject: [Settings, Log] },
    { provide: IdentityMapping, useClass: StripeIdentityMapping },
    { provide: APP_INTERCEPTOR, useClass: IdentifyInterceptor },
    AnalyticsService,
    CallQueue,
    CallRecorder,
  ],
  exports: [AnalyticsService],
})
export class AnalyticsModule {}
