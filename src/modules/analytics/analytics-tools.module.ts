import { Module } from '@nestjs/common';
import { AnalyticsDiagnostics } from './analytics-diagnostics.js';
import { MoesifDiagnostics } from './moesif/moesif-diagnostics.js';

/** What the operator's command line uses of analytics: no database, no requests. */
@Module({
  providers: [{ provide: AnalyticsDiagnostics, useClass: MoesifDiagnostics }],
  exports: [AnalyticsDiagnostics],
})
export class AnalyticsToolsModule {}
