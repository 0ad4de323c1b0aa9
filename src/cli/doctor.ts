import { Catalog } from '../catalog/index.js';
import { AnalyticsDiagnostics } from '../modules/analytics/index.js';
import { BillingDiagnostics } from '../modules/billing/ports/diagnostics.js';
import { UsageBilling, UsageModule } from '../modules/usage/index.js';
import { Settings } from '../platform/config/settings.js';
import type { Finding } from '../platform/health/finding.js';
import { scrub } from '../platform/logging/logger.js';
import { examineDatabase } from './examine-database.js';
import { examineFolders } from './examine-folders.js';
import { type OutputOptions, table } from './output.js';
import { withTools } from './command-context.js';

const MARKS: Record<Finding['level'], string> = { ok: 'ok', warning: 'WARN', problem: 'FAIL' };

/** Exit code 1 when something is a problem. */
export async function doctor({ json }: OutputOptions): Promise<void> {
  await withTools(
    async (tools) => {
      const groups = await Promise.all([
        examined('Stripe', tools.get(BillingDiagnostics).examine(tools.get(Catalog))),
        examined('Usage', tools.get(UsageBilling).examine()),
        examined('Moesif', tools.get(AnalyticsDiagnostics).examine()),
        examined('PostgreSQL', examineDatabase(tools.get(Settings))),
        examined('Folders', examineFolders(tools.get(Settings))),
      ]);
      const findings = groups.flat();
      if (json) console.log(JSON.stringify(findings));
      else {
        console.log(table(findings.map(({ level, check, message }) => [MARKS[level], check, message])));
        for (const { check, advice } of findings) if (advice) console.log(`\n${check}:\n  ${advice}`);
      }
      if (findings.some(({ level }) => level === 'problem')) process.exitCode = 1;
    },
    [UsageModule],
  );
}

/** A failure of one examination does not hide the findings of the others. */
async function examined(subject: string, findings: Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await findings;
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    return [{ check: `${subject} can be examined`, level: 'problem', message: scrub(reason) }];
  }
}
