import pg from 'pg';
import { Catalogue } from '../catalogue/index.js';
import { AnalyticsDiagnostics } from '../modules/analytics/index.js';
import { BillingDiagnostics } from '../modules/billing/index.js';
import { Settings } from '../platform/config/settings.js';
import { connectionDefaults } from '../platform/database/database.js';
import type { Finding } from '../platform/health/finding.js';
import { type OutputOptions, table } from './output.js';
import { openTools } from './tools.module.js';

const MARKS: Record<Finding['level'], string> = { ok: 'ok', warning: 'WARN', problem: 'FAIL' };

/** Exit code 1 when something is a problem. */
export async function doctor({ json }: OutputOptions): Promise<void> {
  const tools = await openTools();
  const groups = await Promise.all([
    tools.get(BillingDiagnostics).examine(tools.get(Catalogue)),
    tools.get(AnalyticsDiagnostics).examine(),
    examineDatabase(tools.get(Settings)),
  ]);
  const findings = groups.flat();
  if (json) console.log(JSON.stringify(findings));
  else {
    console.log(table(findings.map(({ level, check, message }) => [MARKS[level], check, message])));
    for (const { check, advice } of findings) if (advice) console.log(`\n${check}:\n  ${advice}`);
  }
  if (findings.some(({ level }) => level === 'problem')) process.exitCode = 1;
  await tools.close();
}

async function examineDatabase(settings: Settings): Promise<Finding[]> {
  const check = 'PostgreSQL answers';
  const url = settings.get('DATABASE_URL');
  if (url === undefined)
    return [
      {
        check,
        level: 'ok',
        message: `embedded, under ${settings.get('FAREBOX_HOME')}: it starts with the application`,
      },
    ];
  const client = new pg.Client(connectionDefaults(url, 'farebox doctor'));
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>('show server_version');
    return [{ check, level: 'ok', message: `version ${rows[0]?.version ?? 'unknown'}` }];
  } catch {
    return [
      {
        check,
        level: 'problem',
        message: 'it cannot be reached or refuses us',
        advice: 'Check DATABASE_URL, and that PostgreSQL runs.',
      },
    ];
  } finally {
    await client.end().catch(() => undefined);
  }
}
