import { BillingProviderModule } from '../billing-provider.js';
import { amountOfMinorUnits, Catalog, CatalogModule, loadCatalog, majorUnitText } from '../catalog/index.js';
import { type Charged, MeterBacktest, MetersModule } from '../modules/meters/index.js';
import { withDatabase } from './command-context.js';
import { type OutputOptions, table, UsageError } from './output.js';

/** A date is its midnight, UTC; a time without an offset would mean another moment on each machine. */
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z)?$/;

/** The count and charge of a changed meter, beside the present one. Changes nothing. */
export async function backtestMeter(
  name: string,
  options: OutputOptions & { from: string; to: string; catalog?: string },
): Promise<void> {
  const range = { from: momentOf('--from', options.from), to: momentOf('--to', options.to) };
  if (range.to <= range.from) throw new UsageError('--to must be later than --from.');
  await withDatabase([CatalogModule, MetersModule, BillingProviderModule], async (context) => {
    const present = context.get(Catalog);
    const changed = options.catalog === undefined ? present : loadCatalog(options.catalog);
    const { rows, total, remarks } = await context.get(MeterBacktest).run(name, range, changed);
    const texts = (side: Charged, currency: string | null) => ({
      counted: String(side.value),
      charged: chargeText(side.minorUnits, currency),
    });
    const described = rows.map(({ customerId, plan, startsAt, endsAt, ...sides }) => ({
      customerId,
      plan,
      periodStart: startsAt.toISOString(),
      periodEnd: endsAt.toISOString(),
      present: texts(sides.present, total.present.currency),
      changed: texts(sides.changed, total.changed.currency),
    }));
    const totals = {
      present: { ...texts(total.present, total.present.currency), currency: total.present.currency },
      changed: { ...texts(total.changed, total.changed.currency), currency: total.changed.currency },
    };
    if (options.json) {
      console.log(JSON.stringify({ meter: name, rows: described, total: totals, remarks }));
      return;
    }
    const cells = ({ present: now, changed: then }: Record<'present' | 'changed', Cells>) => [
      now.counted,
      then.counted,
      now.charged ?? '-',
      then.charged ?? '-',
    ];
    console.log(
      table([
        ['customer', 'plan', 'period', 'counts', 'would count', 'charges', 'would charge'],
        ...described.map((row) => [row.customerId, row.plan ?? '-', row.periodStart, ...cells(row)]),
        ['total', '', '', ...cells(totals)],
      ]),
    );
    for (const remark of remarks) console.log(`\n${remark}`);
  });
}

interface Cells {
  counted: string;
  charged: string | null;
}

/** In the currency's main unit, exact. */
const chargeText = (minorUnits: bigint | null, currency: string | null): string | null =>
  minorUnits === null || currency === null ? null : majorUnitText(amountOfMinorUnits(minorUnits, currency));

function momentOf(option: string, text: string): Date {
  const time = new Date(text);
  if (TIME.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new UsageError(
    `${option} must be a date such as 2026-11-01, or a time such as 2026-11-01T08:00:00Z.`,
  );
}
