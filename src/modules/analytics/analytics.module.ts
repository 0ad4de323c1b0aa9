import { Module } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Settings } from '../../platform/config/settings.js';
import { Role } from '../../platform/lifecycle/role.js';
import { Shutdown } from '../../platform/lifecycle/shutdown.js';
import { Log } from '../../platform/logging/logger.js';
import { port } from '../../platform/ports/port.js';
import { HttpModule } from '../../platform/http/http.module.js';
import { AccountsModule } from '../accounts/index.js';
import { LedgerModule } from '../ledger/index.js';
import { MoesifDiagnostics } from './moesif/moesif-diagnostics.js';
import { AnalyticsDiagnostics, AnalyticsGateway, NoAnalyticsGateway } from './analytics-gateway.js';
import { AnalyticsService } from './analytics.service.js';
import { CallQueue } from './call-queue.js';
import { CallRecorder } from './call-recorder.js';
import { ExchangeForwarder } from './exchange-forwarder.js';
import { IdentityMapping, BillingIdentityMapping } from './identity-mapping.js';
import { MoesifAnalyticsGateway } from './moesif/moesif-analytics.gateway.js';
import { createMoesifClient } from './moesif/moesif-client.js';
import { MoesifSender } from './moesif/moesif-sender.js';

function createGateway(
  settings: Settings,
  clock: Clock,
  shutdown: Shutdown,
  role: Role,
  log: Log,
): AnalyticsGateway {
  const applicationId = settings.get('MOESIF_APPLICATION_ID');
  if (applicationId !== undefined) {
    const sender = new MoesifSender({ applicationId, baseUri: settings.get('MOESIF_BASE_URI') });
    shutdown.release(() => sender.close());
    return new MoesifAnalyticsGateway(createMoesifClient(settings, applicationId), sender, clock);
  }
  if (role.name !== 'cli')
    log.named('analytics').warn('MOESIF_APPLICATION_ID is not set: analytics is disabled.');
  return new NoAnalyticsGateway();
}

/** Sends customers and their calls to Moesif. */
@Module({
  imports: [HttpModule, AccountsModule, LedgerModule],
  providers: [
    ...port(AnalyticsGateway, { useFactory: createGateway, inject: [Settings, Clock, Shutdown, Role, Log] }),
    ...port(IdentityMapping, { useClass: BillingIdentityMapping }),
    { provide: AnalyticsDiagnostics, useClass: MoesifDiagnostics },
    AnalyticsService,
    CallQueue,
    CallRecorder,
    ExchangeForwarder,
  ],
  exports: [AnalyticsDiagnostics, IdentityMapping],
})
export class AnalyticsModule {}
