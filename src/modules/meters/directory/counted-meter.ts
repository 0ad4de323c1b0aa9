import type { MeterDefinition } from '../../../catalog/index.js';
import type { ProviderMeter } from '../../billing/ports/usage-sink.js';

/** A meter of the catalog and its counterpart at the provider. */
export interface CountedMeter {
  definition: MeterDefinition;
  provider: ProviderMeter;
}
