import { type DynamicModule, Module } from '@nestjs/common';
import { ClockModule } from './clock/clock.module.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { LifecycleModule } from './lifecycle/lifecycle.module.js';
import type { RoleName } from './lifecycle/role.js';
import { LoggingModule } from './logging/logging.module.js';
import { MailModule } from './mail/mail.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { TopicsModule } from './topics/topics.module.js';

/** The base of every module, without knowledge of any. */
@Module({
  imports: [
    ClockModule,
    LoggingModule,
    DatabaseModule,
    JobsModule,
    TopicsModule,
    IdempotencyModule,
    MetricsModule,
    MailModule,
    HealthModule,
    HttpModule,
  ],
})
export class PlatformModule {
  /** @param config provides the settings. @param role by default the setting `ROLE`. */
  static as(role?: RoleName, config: DynamicModule = ConfigModule.ofEnvironment()): DynamicModule {
    return { module: PlatformModule, imports: [config, LifecycleModule.as(role)] };
  }
}
