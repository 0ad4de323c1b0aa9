import { Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';
import { SchemaGuard } from './schema-guard.js';
import { SessionGuard } from './session-guard.js';

@Global()
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [Readiness, SchemaGuard, SessionGuard],
  exports: [Readiness],
})
export class HealthModule {}
