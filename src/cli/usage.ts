import { MeteringOperationsModule, UsageReporter } from '../modules/metering/index.js';
import { Settings } from '../platform/config/settings.js';
import { withDatabase } from './database-tools.js';
import type { OutputOptions } from './output.js';

/** Another process may be in the middle of its report. */
const WAIT_MS = 60_000;

/** Reports usage now. Exit code 1 when something could not be told. */
export async function reportUsage({ json }: OutputOptions): Promise<void> {
  await withDatabase(MeteringOperationsModule, async (context) => {
    if (context.get(Settings).get('USAGE_REPORTER') === 'moesif')
      throw Object.assign(new Error('USAGE_REPORTER=moesif: Moesif reports usage, and Farebox never does.'), {
        name: 'SettingsError',
      });
    const report = await context.get(UsageReporter).report(WAIT_MS);
    if (!report)
      throw Object.assign(
        new Error(
          'Nothing was reported: a meter of the catalogue is missing at Stripe, or another report runs.',
        ),
        { name: 'SettingsError' },
      );
    const { planned, sent, refused, postponed, proven, lost, mismatched, untellable } = report;
    if (json) console.log(JSON.stringify({ ...report, untellable: untellable.length }));
    else
      console.log(
        `${planned} new, ${sent} told, ${proven} proven, ${postponed} postponed, ${refused} refused, ${lost} lost, ${untellable.length} cannot be told, ${mismatched} differ`,
      );
    if (refused + postponed + untellable.length + mismatched > 0) process.exitCode = 1;
  });
}
