import { BillingProviderModule } from '../billing-provider.js';
import { CatalogModule } from '../catalog/index.js';
import {
  METER_TEST_STAGES,
  MeterTest,
  type MeterTestProgress,
  ReporterMemory,
  UsageModule,
} from '../modules/usage/index.js';
import { parseDuration } from '../platform/config/duration.js';
import { withDatabase } from './command-context.js';
import { sayingWhy } from './usage.js';
import { type OutputOptions, UsageError } from './output.js';

const MARKS: Record<MeterTestProgress['state'], string> = { working: '…', passed: 'ok', failed: 'FAIL' };
const TITLES: Record<MeterTestProgress['stage'], string> = {
  meter: 'The meter is set up',
  subscription: 'Attached to a subscription',
  call: 'A call is metered',
  report: 'Reported',
  stripe: 'Visible at Stripe',
};

/** Follows usage from the catalog to Stripe's total. Exit code 1 unless every stage passes. */
export async function testMeter(
  name: string,
  options: OutputOptions & { synthetic?: boolean; timeout: string },
): Promise<void> {
  const timeoutMs = parseDuration(options.timeout);
  if (timeoutMs === undefined) throw new UsageError('--timeout must be a duration such as 90s or 10m.');
  await withDatabase([CatalogModule, UsageModule, BillingProviderModule], async (context) => {
    const lines = new Lines(options.json === true);
    const ended = new Map<string, MeterTestProgress>();
    // It reports: after a change of the reporter, it would report everything once more.
    await sayingWhy(context.get(ReporterMemory).assertTakenOver());
    const test = context.get(MeterTest);
    for await (const progress of test.run(name, { timeoutMs, synthetic: options.synthetic === true })) {
      ended.set(progress.stage, progress);
      lines.show(progress);
    }
    const stages = [...ended.values()];
    const passed =
      stages.length === METER_TEST_STAGES.length && stages.every(({ state }) => state === 'passed');
    if (options.json) console.log(JSON.stringify({ meter: name, passed, stages }));
    if (!passed) process.exitCode = 1;
  });
}

/** A line for each stage; at a terminal it is written over while the stage lasts. */
class Lines {
  private last = '';

  constructor(private readonly silent: boolean) {}

  show({ stage, state, message, advice, elapsedMs }: MeterTestProgress): void {
    if (this.silent) return;
    const number = `${METER_TEST_STAGES.indexOf(stage) + 1}/${METER_TEST_STAGES.length}`;
    const text = `${number} ${TITLES[stage].padEnd(24)} ${MARKS[state].padEnd(4)} ${message}`;
    if (process.stdout.isTTY) {
      const elapsed = `${Math.round(elapsedMs / 1_000)} s`;
      process.stdout.write(
        `\r\x1b[K${text}${state === 'working' ? ` (${elapsed})` : ''}${state === 'working' ? '' : '\n'}`,
      );
    } else if (text !== this.last) console.log(text);
    this.last = text;
    if (advice !== undefined) console.log(`    ${advice}`);
  }
}
