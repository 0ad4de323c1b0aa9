import type { ProviderMeter } from './usage-sink.js';

/**
 * How a meter of the catalog stands at the provider: `usable`; not there; switched off; not one that adds up what
 * it is sent; or pre-aggregated: of the events of an hour or a day it keeps the latest.
 */
export type MeterState = 'usable' | 'missing' | 'inactive' | 'no_sum' | 'pre_aggregated';

export interface InspectedMeter {
  state: MeterState;
  /** Where it is, in any state but `missing`. */
  provider: ProviderMeter | undefined;
  /** Plans of the catalog whose price at the provider reads it, by id. */
  plans: readonly string[];
}

/** Looks at meters at the provider, and changes nothing: port and injection token in one. */
export abstract class MeterInspection {
  /**
   * @param name a meter of the catalog.
   * @throws {BillingUnavailableError} when the provider cannot be asked.
   */
  abstract inspect(name: string): Promise<InspectedMeter>;
}
