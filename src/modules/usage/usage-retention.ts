import { Injectable, type OnModuleInit } from '@nestjs/common';
import { lte } from 'drizzle-orm';
import { Clock } from '../../platform/clock/clock.js';
import { Settings } from '../../platform/config/settings.js';
import { Database } from '../../platform/database/database.js';
import { forget } from '../../platform/database/forget.js';
import { Sweep } from '../../platform/jobs/sweep.js';
import { usageCanaries, usageChecks, usageRejections } from './usage.tables.js';

/** Deletes findings and proofs of usage when the calls themselves are gone. What was reported and billed stays. */
@Injectable()
export class UsageRetention implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly sweep: Sweep,
  ) {}

  onModuleInit(): void {
    const { database } = this;
    const before = (): Date => new Date(this.clock.ms() - this.settings.get('LEDGER_RETENTION'));
    this.sweep.register('usage.forget-checks', async () => {
      await forget(database, usageChecks, lte(usageChecks.checkedAt, before()));
      await forget(database, usageCanaries, lte(usageCanaries.createdAt, before()));
      await forget(database, usageRejections, lte(usageRejections.receivedAt, before()));
    });
  }
}
