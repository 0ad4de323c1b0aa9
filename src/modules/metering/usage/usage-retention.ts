import { Injectable } from '@nestjs/common';
import { lte } from 'drizzle-orm';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { forget } from '../../../platform/database/forget.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { usageCanaries, usageChecks, usageRejections } from './usage.tables.js';

/** Deletes what was found and proven of usage when the calls themselves are gone. What was told and billed stays. */
@Injectable()
export class UsageRetention {
  constructor(database: Database, clock: Clock, settings: Settings, sweep: Sweep) {
    const before = (): Date => new Date(clock.ms() - settings.get('LEDGER_RETENTION'));
    sweep.register('usage.forget-checks', async () => {
      await forget(database, usageChecks, lte(usageChecks.checkedAt, before()));
      await forget(database, usageCanaries, lte(usageCanaries.createdAt, before()));
      await forget(database, usageRejections, lte(usageRejections.receivedAt, before()));
    });
  }
}
