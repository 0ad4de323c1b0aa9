import type { INestApplicationContext } from '@nestjs/common';
import { grouped, moneyText } from '../catalogue/index.js';
import {
  describeComparison,
  isMismatch,
  LateUsages,
  MeteringOperationsModule,
  UsageAdjustments,
  UsageReconciliation,
  UsageReporter,
} from '../modules/metering/index.js';
import { Settings } from '../platform/config/settings.js';
import { FareboxError } from '../platform/errors/farebox-error.js';
import { withDatabase } from './database-tools.js';
import { type OutputOptions, table } from './output.js';
import { Progress } from './progress.js';

/** Another process may be in the middle of its report. */
const WAIT_MS = 60_000;

/** Reports usage now. Exit code 1 when something could not be told. */
export async function reportUsage({ json }: OutputOptions): Promise<void> {
  await withDatabase(MeteringOperationsModule, async (context) => {
    assertOurs(context);
    const report = await Progress.during({ json: json === true }, (progress) => {
      progress.show('counting…');
      return context
        .get(UsageReporter)
        .report({ waitMs: WAIT_MS, onSent: (sent) => progress.show(`${sent} told to Stripe`) });
    });
    if (!report) throw nothingDone('reported');
    const { planned, sent, refused, postponed, proven, lost, mismatched, untellable } = report;
    if (json) console.log(JSON.stringify({ ...report, untellable: untellable.length }));
    else
      console.log(
        `${planned} new, ${sent} told, ${proven} proven, ${postponed} postponed, ${refused} refused, ${lost} lost, ${untellable.length} cannot be told, ${mismatched} differ`,
      );
    if (refused + postponed + untellable.length + mismatched > 0) process.exitCode = 1;
  });
}

/** Compares ledger, meters, what was told and what Stripe shows. Exit code 1 on a mismatch. */
export async function reconcileUsage(
  options: OutputOptions & { customer?: string; all?: boolean },
): Promise<void> {
  await withDatabase(MeteringOperationsModule, async (context) => {
    assertOurs(context);
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
      if (rows.length > 0)
        console.log(
          table([
            ['customer', 'meter', 'period', 'ledger', 'counted', 'told', 'billed late', 'stripe', ''],
            ...rows.map((row) => [
              row.customerId,
              row.meter,
              row.periodStart,
              row.ledger,
              row.counted,
              row.told,
              row.billed,
              row.stripe,
              row.verdict,
            ]),
          ]),
        );
      const equal = compared.filter(({ verdict }) => verdict === 'equal').length;
      console.log(`${compared.length} compared, ${equal} equal.`);
    }
    if (compared.some(({ verdict }) => isMismatch(verdict))) process.exitCode = 1;
  });
}

/** Takes back what Stripe shows beyond what it was told, for one customer, meter and period. */
export async function adjustUsage(
  customer: string,
  meter: string,
  period: string,
  { json }: OutputOptions,
): Promise<void> {
  const startsAt = periodOf(period);
  await withDatabase(MeteringOperationsModule, async (context) => {
    assertOurs(context);
    const done = await context.get(UsageAdjustments).approve(customer, meter, startsAt, WAIT_MS);
    if (!done) {
      console.log(json ? '{"value":"0"}' : 'Stripe shows no excess there: nothing was changed.');
      process.exitCode = 1;
      return;
    }
    console.log(
      json
        ? JSON.stringify({ ...done, value: String(done.value) })
        : `${done.value} was written down, and ${done.sent > 0 ? 'told' : 'will be told'}.`,
    );
  });
}

/** Bills what was found after the invoice of its period was final, for one customer, meter and period. */
export async function billLateUsage(
  customerId: string,
  meter: string,
  period: string,
  { json }: OutputOptions,
): Promise<void> {
  const startsAt = periodOf(period);
  await withDatabase(MeteringOperationsModule, async (context) => {
    assertOurs(context);
    const done = await sayingWhy(context.get(LateUsages).bill({ customerId, meter, startsAt }, WAIT_MS));
    if (!done) throw nothingDone('billed');
    const { n, units, minorUnits, currency, itemId, invoiceComes } = done;
    const amount = moneyText(minorUnits, currency);
    if (json)
      console.log(JSON.stringify({ n, units: String(units), amount, currency, itemId, invoiceComes }));
    else if (itemId === null)
      console.log(
        `${grouped(units)} units cost nothing more at the price of the period: that is written down.`,
      );
    else
      console.log(
        `${grouped(units)} units, ${amount} ${currency.toUpperCase()}: ${itemId}, on the next invoice of ${customerId}.`,
      );
    if (!invoiceComes)
      console.error(
        `No subscription of ${customerId} is live, so no invoice comes by itself. Make one in Stripe that takes up what is pending.`,
      );
  });
}

/** A refusal says all there is to be said to the operator; its cause is Stripe's. */
async function sayingWhy<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof FareboxError && ['change_refused', 'not_found'].includes(error.code))
      throw expected(error.publicMessage);
    throw error;
  }
}

function periodOf(text: string): Date {
  const startsAt = new Date(text);
  if (Number.isNaN(startsAt.getTime()))
    throw expected(`"${text}" is no time: give the period as "usage reconcile" prints it.`);
  return startsAt;
}

/** What Moesif told Stripe would all look like an excess. */
function assertOurs(context: INestApplicationContext): void {
  if (context.get(Settings).get('USAGE_REPORTER') === 'moesif')
    throw expected('USAGE_REPORTER=moesif: Moesif reports usage, and Farebox never does.');
}

const expected = (message: string): Error => Object.assign(new Error(message), { name: 'SettingsError' });

const nothingDone = (what: string): Error =>
  expected(
    `Nothing was ${what}: a meter of the catalogue is missing at Stripe (npm run farebox -- catalog apply), or another process has been at it for a minute.`,
  );
