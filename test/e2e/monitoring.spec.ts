import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { type Farebox, request, startFarebox } from '../support/farebox.js';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

interface Panel {
  title: string;
  targets?: { expr: string }[];
}
interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: Record<string, string>;
}

const { panels } = JSON.parse(read('deploy/grafana/farebox.json')) as { panels: Panel[] };
const { groups } = parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const dashboard = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => [title, expr] as const),
);

const namesIn = (expression: string): string[] => expression.match(/\bfarebox_\w+/g) ?? [];

let farebox: Farebox;
/** Names of samples at `/metrics`: of a histogram, those with `_bucket`, `_sum` and `_count`. */
let samples: ReadonlySet<string>;
/** Of our own metrics, by their `# TYPE` lines. */
let ours: string[];

beforeAll(async () => {
  farebox = await startFarebox();
  const { text } = await request(`${farebox.url}/metrics`);
  // A metric with labels has no sample before its first event: its type is told all the same.
  samples = new Set(
    [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name],
    ),
  );
  ours = [...text.matchAll(/^# TYPE (farebox_\w+) \w+$/gm)]
    .map(([, name = '']) => name)
    .filter((name) => !/^farebox_(?:process|nodejs)_/.test(name));
});
afterAll(() => farebox?.stop());

describe('the Grafana dashboard', () => {
  it('asks for metrics that the application has', () => {
    const missing = dashboard.flatMap(([title, expression]) =>
      namesIn(expression)
        .filter((name) => !samples.has(name))
        .map((name) => `${title}: ${name}`),
    );
    expect(missing).toEqual([]);
    expect(dashboard.length).toBeGreaterThan(30);
  });

  it('shows every metric of ours', () => {
    const shown = dashboard.flatMap(([, expression]) => namesIn(expression)).join('\n');
    expect(ours.filter((name) => !shown.includes(name))).toEqual([]);
    expect(ours.length).toBeGreaterThan(25);
  });
});

it('the table for operators names every metric of ours, and no other', () => {
  const named = new Set(namesIn(read('docs/operations.md')));
  expect([...named].sort()).toEqual(ours.toSorted());
});

describe('the alert rules', () => {
  it('ask for metrics that the application has', () => {
    const missing = rules.flatMap(({ alert, expr }) =>
      namesIn(expr)
        .filter((name) => !samples.has(name))
        .map((name) => `${alert}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s says how bad it is and what to do',
    (_name, { labels, annotations }) => {
      expect(['page', 'ticket']).toContain(labels.severity);
      expect(annotations).toEqual({ summary: expect.any(String), action: expect.any(String) });
    },
  );

  it.each([
    'farebox_ledger_away',
    'farebox_ledger_spool_bytes',
    'farebox_ledger_spool_writable',
    'farebox_meter_lag_seconds',
    'farebox_usage_mismatches',
    'farebox_usage_events_lost_total',
    'farebox_usage_events_refused_total',
    'farebox_usage_breaker_open',
    'farebox_usage_reported_twice_total',
    'farebox_usage_verdicts',
    'farebox_invoices_released_unproven_total',
    'farebox_invoices_held_overdue',
    'farebox_invoices_not_final',
    'farebox_invoices_finalization_failed',
    'farebox_invoice_events_total',
    'farebox_webhooks_parked',
    'farebox_analytics_exchanges_lag_seconds',
  ])('there is one on %s', (metric) => {
    expect(rules.some(({ expr }) => namesIn(expr).includes(metric))).toBe(true);
  });
});
