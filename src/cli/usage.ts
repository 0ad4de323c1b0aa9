import type { INestApplicationContext } from '@nestjs/common';
import { BillingProviderModule } from '../billing-provider.js';
import { CatalogModule, grouped, moneyText } from '../catalog/index.js';
import {
  type DecidedUsage,
  describeComparison,
  isMismatch,
  LateUsages,
  ReporterMemory,
  ReporterTakeOver,
  UsageAdjustments,
  UsageBilling,
  type UsageCommand,
  UsageDecisions,
  UsageModule,
  UsageReconciliation,
  UsageReporter,
} from '../modules/usage/index.js';
import { StartRefusedError } from '../platform/database/start-refused.error.js';
import { FareboxError } from '../platform/errors/farebox-error.js';
import { confirm, confirmAtTerminal, type ConfirmOptions } from './confirm.js';
import { withDatabase } from './command-context.js';
import { comparisonTable } from './comparison-table.js';
import { type OutputOptions, table } from './output.js';
import { Progress } from './progress.js';

/** Another process may be in the middle of its report. */
const WAIT_MS = 60_000;

/** Reports usage now. Exit code 1 when something could not be reported. */
export async function reportUsage({ json }: OutputOptions): Promise<void> {
  await withDatabase([CatalogModule, UsageModule, BillingProviderModule], async (context) => {
    await assertOffered(context, 'events');
    const report = await Progress.during({ json: json === true }, (progress) => {
      progress.show('counting…');
      return context
        .get(UsageReporter)
        .report({ waitMs: WAIT_MS, onSent: (sent) => progress.show(`${sent} reported to Stripe`) });
    });
    if (!report) throw nothingDone('reported');
    const {
      planned,
      sent,
      refused,
      postponed,
      proven,
      lost,
      absent,
      breaker,
      mismatched,
      unknown,
      unreportable,
    } = report;
    if (json)
      console.log(
        JSON.stringify({ ...report, unreportable: unreportable.length, untellable: unreportable.length }),
      );
    else
      console.log(
        `${planned} new, ${sent} reported, ${proven} proven, ${postponed} postponed, ${refused} refused, ${lost} lost, ${absent} absent, ${unreportable.length} cannot be reported, ${mismatched} mismatched`,
      );
    if (breaker > 0)
      console.error(
        `${breaker} events look lost, which is too many at once to be plausible: none is reported again. See: npm run farebox -- usage lost`,
      );
    if (refused + postponed + unreportable.length + mismatched + breaker + unknown > 0) process.exitCode = 1;
  });
}

/** Compares ledger, meters, reported usage, and the usage that Stripe shows and invoiced. Exit code 1 on a mismatch. */
export async function reconcileUsage(
  options: OutputOptions & { customer?: string; all?: boolean },
): Promise<void> {
  await withDatabase([CatalogModule, UsageModule, BillingProviderModule], async (context) => {
    await assertOffered(context, 'compare');
    const scope = options.customer === undefined ? {} : { customerId: options.customer };
    const compared = await Progress.during(options, (progress) =>
      context
        .get(UsageReconciliation)
        .reconcile(scope, WAIT_MS, (done, total) => progress.count(done, total, 'compared')),
    );
    if (!compared) throw nothingDone('compared');
    const shown = compared.filter(({ verdict }) => options.all === true || verdict !== 'equal');
    const rows = shown.map(describeComparison);
    if (options.json) console.log(JSON.stringify({ compared: compared.length, rows }));
    else {
      if (rows.length > 0) console.log(table(comparisonTable(rows)));
      const equal = compared.filter(({ verdict }) => verdict === 'equal').length;
      console.log(`${compared.length} compared, ${equal} equal.`);
    }
    if (compared.some(({ verdict }) => isMismatch(verdict) || verdict === 'unknown')) process.exitCode = 1;
  });
}

/** Corrects Stripe's excess over the reported usage, for one customer, meter and period. */
export async function adjustUsage(
  customer: string,
  meter: string,
  period: string,
  options: ConfirmOptions,
): Promise<void> {
  const { json } = options;
  const startsAt = periodOf(period);
  await confirmAtTerminal(
    `Corrects the excess at Stripe for ${customer}, ${meter} and the period from ${period}. This lowers the customer's next invoice.`,
    options,
  );
  await withDatabase([CatalogModule, UsageModule, BillingProviderModule], async (context) => {
    await assertOffered(context, 'events');
    const done = await sayingWhy(context.get(UsageAdjustments).approve(customer, meter, startsAt, WAIT_MS));
    if (!done) {
      console.log(json ? '{"value":"0"}' : 'No excess at Stripe: nothing was changed.');
      process.exitCode = 1;
      return;
    }
    console.log(
      json
        ? JSON.stringify({ ...done, value: String(done.value) })
        : `${done.value} recorded, ${done.sent > 0 ? 'reported to Stripe' : 'will be reported to Stripe'}.`,
    );
  });
}

/** Bills usage that no invoice has, or that was found after it was final, for one customer, meter and period. */
export async function billLateUsage(
  customerId: string,
  meter: string,
  period: string,
  options: ConfirmOptions,
): Promise<void> {
  const { json } = options;
  const startsAt = periodOf(period);
  await confirmAtTerminal(
    `Adds the late usage of ${customerId}, ${meter} and the period from ${period} to the customer's next invoice.`,
    options,
  );
  await withDatabase([CatalogModule, UsageModule, BillingProviderModule], async (context) => {
    await assertOffered(context, 'compare');
    const done = await sayingWhy(context.get(LateUsages).bill({ customerId, meter, startsAt }, WAIT_MS));
    if (!done) throw nothingDone('billed');
    const { n, units, minorUnits, currency, itemId, invoiceComes } = done;
    const amount = moneyText(minorUnits, currency);
    if (json)
      console.log(JSON.stringify({ n, units: String(units), amount, currency, itemId, invoiceComes }));
    else if (itemId === null)
      console.log(
        `${grouped(units)} units cost nothing at the price of the period: recorded without an invoice item.`,
      );
    else
      console.log(
        `${grouped(units)} units, ${amount} ${currency.toUpperCase()}: ${itemId}, on the next invoice of ${customerId}.`,
      );
    if (!invoiceComes)
      console.error(
        `${customerId} has no live subscription, so no invoice is created automatically. Create one in Stripe that includes pending items.`,
      );
  });
}

/** Lists usage that Stripe accepted and does not show. Exit code 1 when there is something. */
export async function listLostUsage({ json }: OutputOptions): Promise<void> {
  await withDatabase([CatalogModule, UsageModule, BillingProviderModule], async (context) => {
    await assertOffered(context, 'events');
    const absent = await context.get(UsageDecisions).absent(WAIT_MS);
    if (!absent) throw nothingDone('checked');
    const rows = absent.map(({ startsAt, value, sentAt, absentAt, ...row }) => ({
      ...row,
      periodStart: startsAt.toISOString(),
      units: String(value),
      sentAt: sentAt?.toISOString() ?? null,
      absentSince: absentAt?.toISOString() ?? null,
    }));
    if (json) console.log(JSON.stringify({ rows }));
    else if (rows.length === 0) console.log("Stripe's totals include all usage that they should by now.");
    else
      console.log(
        table([
          ['customer', 'meter', 'period', 'number', 'units', 'sent', 'absent since', 'evidence'],
          ...rows.map((row) => [
            row.customerId,
            row.meter,
            row.periodStart,
            String(row.n),
            row.units,
            row.sentAt ?? '',
            row.absentSince ?? '',
            row.evidence === null ? 'none yet' : EVIDENCE[row.evidence],
          ]),
        ]),
      );
    if (rows.length > 0) process.exitCode = 1;
  });
}

const EVIDENCE = { later_event: 'a later event is visible', rejected: 'Stripe rejected it' } as const;

/** Reports usage again that Stripe accepted and does not show, by the operator's decision. */
export async function resendUsage(
  customer: string,
  meter: string,
  period: string,
  options: ConfirmOptions,
): Promise<void> {
  const startsAt = periodOf(period);
  await confirm(
    `Marks the usage missing at Stripe for ${customer}, ${meter} and the period from ${period} as lost, and reports it again. If it still arrives at Stripe, it is billed twice.`,
    options,
  );
  await decide(options, 'will be reported again with the next report', (decisions) =>
    decisions.resend(customer, meter, startsAt, WAIT_MS),
  );
}

/** Waives usage that Stripe accepted and does not show, or cancels it there first, by the operator's decision. */
export async function waiveUsage(
  customer: string,
  meter: string,
  period: string,
  options: ConfirmOptions & { cancel?: boolean },
): Promise<void> {
  const startsAt = periodOf(period);
  const cancel = options.cancel === true;
  await confirm(
    cancel
      ? `Cancels events sent to Stripe in the last 24 hours for ${customer}, ${meter} and the period from ${period}: they are not billed.`
      : `Waives the usage missing at Stripe for ${customer}, ${meter} and the period from ${period}: it is not billed.`,
    options,
  );
  await decide(options, 'waived', (decisions) =>
    decisions.waive(customer, meter, startsAt, { cancel, waitMs: WAIT_MS }),
  );
}

async function decide(
  { json }: OutputOptions,
  what: string,
  work: (decisions: UsageDecisions) => Promise<DecidedUsage | undefined>,
): Promise<void> {
  await withDatabase([CatalogModule, UsageModule, BillingProviderModule], async (context) => {
    await assertOffered(context, 'events');
    const decided = await sayingWhy(work(context.get(UsageDecisions)));
    if (!decided) throw nothingDone('decided');
    const { events, units } = decided;
    console.log(
      json
        ? JSON.stringify({ events, units: String(units) })
        : `${events} events, ${grouped(units)} units: ${what}.`,
    );
  });
}

/** Continues from where the former USAGE_REPORTER stood. */
export async function takeOverUsage({ json }: OutputOptions): Promise<void> {
  await withDatabase([CatalogModule, UsageModule, BillingProviderModule], async (context) => {
    const done = await Progress.during({ json: json === true }, (progress) =>
      sayingWhy(
        context
          .get(ReporterTakeOver)
          .run(WAIT_MS, (of, total) => progress.count(of, total, 'periods taken over')),
      ),
    );
    if (!done) throw nothingDone('taken over');
    const { periods, units, excess } = done;
    const reporter = context.get(ReporterMemory).configured;
    if (json)
      console.log(JSON.stringify({ reporter, periods, units: String(units), excess: String(excess) }));
    else
      console.log(
        `${reporter} now reports usage. ${periods} billing periods compared, ${grouped(units)} units taken over as reported.`,
      );
    if (excess > 0n)
      console.error(
        `Stripe shows ${grouped(excess)} units more than the ledger has: see "usage reconcile" and "usage adjust".`,
      );
  });
}

/** The message of a refusal is complete for the operator; its cause is Stripe's. */
export async function sayingWhy<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof FareboxError && ['change_refused', 'not_found'].includes(error.code))
      throw expected(error.publicMessage);
    if (error instanceof StartRefusedError) throw expected(error.message);
    throw error;
  }
}

function periodOf(text: string): Date {
  const startsAt = new Date(text);
  if (Number.isNaN(startsAt.getTime()))
    throw expected(`"${text}" is not a valid time. Use the period start printed by "usage reconcile".`);
  return startsAt;
}

async function assertOffered(context: INestApplicationContext, command: UsageCommand): Promise<void> {
  const refusal = context.get(UsageBilling).refusal(command);
  if (refusal) throw expected(refusal.publicMessage);
  await sayingWhy(context.get(ReporterMemory).assertTakenOver());
}

const expected = (message: string): Error => Object.assign(new Error(message), { name: 'SettingsError' });

const nothingDone = (what: string): Error =>
  expected(
    `Nothing was ${what}: a meter of the catalog is missing at Stripe (npm run farebox -- catalog apply), or another process held the lock for a minute.`,
  );
