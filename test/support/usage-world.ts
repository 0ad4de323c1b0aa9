import { UsageSettlement } from '../../src/modules/subscriptions/index.js';
import { Catalog, type MeterDefinition } from '../../src/catalog/index.js';
import { MeterCounter } from '../../src/modules/meters/counting/meter-counter.js';
import { MeterDirectory } from '../../src/modules/meters/directory/meter-directory.js';
import type { LedgerReading } from '../../src/modules/ledger/index.js';
import { DraftUsage } from '../../src/modules/usage/settlement/draft-usage.js';
import { InvoicedUsages } from '../../src/modules/usage/reconciliation/invoiced-usage.js';
import { LateUsages } from '../../src/modules/usage/late/late-usage.js';
import { NoMeterTotals } from '../../src/modules/usage/billing/provider-totals.js';
import { MeterTotals } from '../../src/modules/usage/meter-events/meter-totals.js';
import { CountedSettlement } from '../../src/modules/usage/settlement/counted-settlement.js';
import { UsageSettler } from '../../src/modules/usage/meter-events/usage-settler.js';
import { UsageAdjustments } from '../../src/modules/usage/meter-events/usage-adjustments.js';
import { UsageCanaries } from '../../src/modules/usage/meter-events/proof/usage-canaries.js';
import { UsageChecks } from '../../src/modules/usage/reconciliation/usage-checks.js';
import { UsageDecisions } from '../../src/modules/usage/meter-events/proof/usage-decisions.js';
import { UsageLosses } from '../../src/modules/usage/meter-events/proof/usage-losses.js';
import { UsageProofPass } from '../../src/modules/usage/meter-events/proof/usage-proof-pass.js';
import { UsageProof } from '../../src/modules/usage/meter-events/proof/usage-proof.js';
import { UsageReappearance } from '../../src/modules/usage/meter-events/proof/usage-reappearance.js';
import { UsageReconciliation } from '../../src/modules/usage/reconciliation/usage-reconciliation.js';
import { UsageRejections } from '../../src/modules/usage/meter-events/proof/usage-rejections.js';
import { UsageReporter } from '../../src/modules/usage/meter-events/usage-reporter.js';
import { UsageSender } from '../../src/modules/usage/meter-events/reporting/usage-sender.js';
import { UsageReportingLock } from '../../src/modules/usage/usage-reporting-lock.js';
import { InvoiceMirror } from '../../src/modules/billing/index.js';
import type { UsageRejection } from '../../src/modules/billing/ports/usage-sink.js';
import { InvoiceHoldStore } from '../../src/modules/billing/invoices/invoice-hold-store.js';
import { parseSettings } from '../../src/platform/config/settings.js';
import { Database } from '../../src/platform/database/database.js';
import { Shutdown } from '../../src/platform/lifecycle/shutdown.js';
import { Log } from '../../src/platform/logging/logger.js';
import { Metrics } from '../../src/platform/metrics/metrics.js';
import { TOKEN_SECRET } from './farebox.js';
import { FakeInvoices } from './fake-invoices.js';
import { FakeLateUsageBilling } from './fake-late-usage-billing.js';
import { FakeUsageSink } from './fake-usage-sink.js';
import { createMeteringWorld, type MeteringWorld } from './metering-world.js';
import { TestClock } from './test-clock.js';
import { initialised } from './initialised.js';

/** Meters and reporter on a ledger of their own, with Stripe in memory and a clock that the test moves. */
export interface UsageWorld extends MeteringWorld {
  clock: TestClock;
  sink: FakeUsageSink;
  reporter: UsageReporter;
  settlement: UsageSettlement;
  reconciliation: UsageReconciliation;
  adjustments: UsageAdjustments;
  lateUsages: LateUsages;
  lateBilling: FakeLateUsageBilling;
  invoices: FakeInvoices;
  mirror: InvoiceMirror;
  checks: UsageChecks;
  shutdown: Shutdown;
  metrics: Metrics;
  decisions: UsageDecisions;
  pass: UsageProofPass;
  /** What Stripe reports of rejected events, as its webhook brings it. */
  rejected(eventId: string, rejection: UsageRejection): Promise<void>;
  /** Another process on the same database. */
  sibling(): Promise<{ reporter: UsageReporter; stop(): Promise<void> }>;
}

export async function createUsageWorld(
  meters: readonly MeterDefinition[],
  start: Date,
  rating: 'theirs' | 'own' = 'theirs',
): Promise<UsageWorld> {
  const world = await createMeteringWorld();
  const clock = new TestClock(start);
  const sink = new FakeUsageSink(
    clock,
    meters.map(({ name }) => ({
      name,
      id: `mtr_${name}`,
      eventName: name,
      customerKey: 'stripe_customer_id',
      valueKey: 'value',
    })),
  );
  const lateBilling = new FakeLateUsageBilling();
  const invoices = new FakeInvoices();
  const build = () =>
    buildReporter(world.databaseUrl, meters, clock, sink, { lateBilling, invoices, rating });
  const { database, ...parts } = build();
  return {
    ...world,
    ...parts,
    clock,
    sink,
    lateBilling,
    invoices,
    rejected: async (eventId, rejection) => {
      sink.rejections.set(eventId, rejection);
      await database.run((db) => new UsageRejections(sink, clock).record(db, eventId));
    },
    sibling: async () => {
      const { reporter, database: own } = build();
      return { reporter, stop: () => own.close() };
    },
    empty: async () => {
      await world.empty();
      sink.reset();
      lateBilling.items.length = 0;
      lateBilling.faults.length = 0;
      invoices.empty();
      clock.set(start);
    },
    stop: async () => {
      await database.close();
      await world.stop();
    },
  };
}

function buildReporter(
  databaseUrl: string,
  meters: readonly MeterDefinition[],
  clock: TestClock,
  sink: FakeUsageSink,
  {
    lateBilling,
    invoices,
    rating,
  }: { lateBilling: FakeLateUsageBilling; invoices: FakeInvoices; rating: 'theirs' | 'own' },
) {
  const log = Log.create('silent');
  const metrics = new Metrics();
  const settings = parseSettings({ STRIPE_KEY: 'sk_test_of_the_tests', TOKEN_SECRET });
  const database = new Database(log);
  database.open({ connectionString: databaseUrl, poolSize: 4 });
  const catalog = new Catalog('test', meters, [], '');
  const directory = new MeterDirectory(catalog, database, sink, log);
  const counter = new MeterCounter(directory, clock);
  const turn = new UsageReportingLock(database, counter);
  const canaries = new UsageCanaries(sink, clock, settings, log);
  const sender = new UsageSender(sink, canaries, clock, settings, metrics, log);
  const settlement = new UsageSettlement();
  const shutdown = new Shutdown(log);
  const proof = new UsageProof(sink, clock, settings, log);
  const losses = new UsageLosses(sink, canaries, clock, settings, database, metrics, log);
  const reappearance = new UsageReappearance(sink, clock, metrics, log);
  const pass = new UsageProofPass(turn, proof, losses, reappearance, database, clock, shutdown, settings);
  // Calls are put into the ledger by the test: none waits in a spool.
  const ledger = { settle: async () => undefined } as unknown as LedgerReading;
  const settleUsage = new UsageSettler(turn, sender, proof, ledger, clock, shutdown, log);
  settlement.bind(rating === 'own' ? new CountedSettlement(turn, ledger) : settleUsage);
  const checks = new UsageChecks(database);
  const mirror = new InvoiceMirror(invoices, new InvoiceHoldStore(database, clock), database, clock);
  const invoiced = new InvoicedUsages(mirror, directory, database, clock, settings);
  const totals = rating === 'own' ? new NoMeterTotals() : new MeterTotals(sink, clock);
  const reconciliation = initialised(
    new UsageReconciliation(
      turn,
      sink,
      totals,
      checks,
      invoiced,
      database,
      clock,
      shutdown,
      settings,
      metrics,
      log,
    ),
  );
  const lateUsages = new LateUsages(turn, reconciliation, lateBilling, catalog, database, clock, log);
  const draftUsage = new DraftUsage(turn, invoiced, lateUsages, lateBilling, clock, log);
  settlement.bindDrafts((draft) => draftUsage.complete(draft, rating === 'own' ? 'all' : 'left'));
  return {
    database,
    mirror,
    draftUsage,
    metrics,
    pass,
    decisions: new UsageDecisions(turn, losses, sink, clock, settings, log),
    reporter: new UsageReporter(database, turn, sender, pass, clock, log),
    settlement,
    settleUsage,
    reconciliation,
    checks,
    shutdown,
    lateUsages,
    adjustments: new UsageAdjustments(turn, reconciliation, sender, clock),
  };
}
