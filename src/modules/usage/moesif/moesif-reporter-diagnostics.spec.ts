import { expect, it } from '@jest/globals';
import { Catalog, type MeterDefinition } from '../../../catalog/index.js';
import { type InspectedMeter, MeterInspection } from '../../billing/ports/diagnostics.js';
import { examineMoesifReporter } from './moesif-reporter-diagnostics.js';

const CALLS: MeterDefinition = {
  name: 'calls',
  displayName: 'Calls',
  eventName: 'calls',
  filter: {},
  metric: 'event_count',
  aggregation: 'sum',
  windowMs: 3_600_000,
};

class PreAggregated extends MeterInspection {
  override async inspect(): Promise<InspectedMeter> {
    return { state: 'pre_aggregated', provider: undefined, plans: [] };
  }
}

it('names a meter that keeps the latest event of each window', async () => {
  const catalog = new Catalog('test', [CALLS], [], '');
  expect(await examineMoesifReporter(catalog, new PreAggregated(), true)).toContainEqual(
    expect.objectContaining({ level: 'problem', message: expect.stringContaining('event time window') }),
  );
});
