import type { Catalog } from '../../src/catalog/index.js';
import { MeterDirectory } from '../../src/modules/meters/directory/meter-directory.js';
import { AccruedUsages } from '../../src/modules/meters/views/accrued-usage.js';
import type { Database } from '../../src/platform/database/database.js';
import { Log } from '../../src/platform/logging/logger.js';
import type { FakeUsageSink } from './fake-usage-sink.js';

/** What subscriptions have used so far, with Stripe in memory. */
export const accruedUsages = (catalog: Catalog, database: Database, sink: FakeUsageSink): AccruedUsages =>
  new AccruedUsages(database, new MeterDirectory(catalog, database, sink, Log.create('silent')));
