import type { Catalog } from '../../../catalog/index.js';
import type { Finding } from '../../../platform/health/finding.js';
import type { ProviderMeter } from './usage-sink.js';

/**
 * The state of a catalog meter at the provider: `usable`; missing; inactive; not one that sums its events; or
 * pre-aggregated: of the events of an hour or a day it keeps the latest.
 */
export type MeterState = 'usable' | 'missing' | 'inactive' | 'no_sum' | 'pre_aggregated';

/** Descriptions of a meter's problem at the provider. */
export const METER_PROBLEMS: Readonly<Record<Exclude<MeterState, 'usable'>, string>> = {
  missing: 'Stripe has no such meter',
  inactive: 'it is switched off at Stripe',
  no_sum: 'its meter at Stripe does not sum its events',
  pre_aggregated:
    'it has an event time window at Stripe: it keeps the latest event of each hour or day and drops the others',
};

export interface InspectedMeter {
  state: MeterState;
  /** The provider's meter, in any state but `missing`. */
  provider: ProviderMeter | undefined;
  /** Plans of the catalog whose price at the provider reads it, by id. */
  plans: readonly string[];
}

/** Inspects meters at the provider, and changes nothing: port and injection token in one. */
export abstract class MeterInspection {
  /**
   * @param name a meter of the catalog.
   * @throws {BillingUnavailableError} when the provider cannot be asked.
   */
  abstract inspect(name: string): Promise<InspectedMeter>;
}

/** Checks whether billing is set up correctly; changes nothing. */
export abstract class BillingDiagnostics {
  abstract examine(catalog: Catalog): Promise<Finding[]>;
}
