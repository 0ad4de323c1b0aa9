import type { MeterDefinition } from '../../../catalogue/index.js';
import type { ProviderMeter } from '../../billing/index.js';

/** A meter of the catalogue and where it is at the provider. */
export interface CountedMeter {
  definition: MeterDefinition;
  provider: ProviderMeter;
}
