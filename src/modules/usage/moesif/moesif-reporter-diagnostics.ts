import type { Catalog } from '../../../catalog/index.js';
import type { Finding } from '../../../platform/health/finding.js';
import {
  type InspectedMeter,
  METER_PROBLEMS,
  type MeterInspection,
} from '../../billing/ports/diagnostics.js';

/**
 * With USAGE_REPORTER=moesif: whether Moesif's billing meters find their requirements at Stripe. Stripe accepts usage
 * only through meters: a price without one, as in Moesif's older guides, bills nothing.
 * @param analytics whether MOESIF_APPLICATION_ID is set: Moesif counts the events it is sent.
 */
export async function examineMoesifReporter(
  catalog: Catalog,
  inspection: MeterInspection,
  analytics: boolean,
): Promise<Finding[]> {
  const findings: Finding[] = [
    {
      check: 'Moesif can report to Stripe meters',
      level: 'warning',
      message:
        'not documented: Moesif asks for usage records, which Stripe removed in 2025; usage may never reach an invoice',
      advice: 'Set USAGE_REPORTER=stripe, or check a meter total in Stripe after a call.',
    },
  ];
  if (!analytics)
    findings.push({
      check: 'Moesif receives paid calls',
      level: 'problem',
      message: 'USAGE_REPORTER=moesif without MOESIF_APPLICATION_ID: usage is not reported',
      advice: 'Set MOESIF_APPLICATION_ID, or USAGE_REPORTER=stripe.',
    });
  for (const { name } of catalog.meters) {
    const check = `Moesif can report on the meter "${name}"`;
    try {
      findings.push({ check, ...judge(await inspection.inspect(name)) });
    } catch {
      findings.push({ check, level: 'warning', message: 'Stripe could not be asked' });
    }
  }
  return findings;
}

function judge({ state, provider, plans }: InspectedMeter): Omit<Finding, 'check'> {
  const advice = 'Run: npm run farebox -- catalog apply';
  if (state === 'pre_aggregated')
    return {
      level: 'problem',
      message: METER_PROBLEMS[state],
      advice: 'Give the meter another eventName in the catalog.',
    };
  if (state !== 'usable') return { level: 'problem', message: METER_PROBLEMS[state], advice };
  if (plans.length === 0) return { level: 'warning', message: 'no active price of a plan reads it', advice };
  return {
    level: 'ok',
    message: `name it in Moesif's billing meter: event "${provider?.eventName}", price of ${plans.join(', ')}`,
  };
}
