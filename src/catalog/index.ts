export {
  AGGREGATION_NAMES,
  aggregationOf,
  AGGREGATIONS,
  type MeterAggregation,
} from './aggregations/index.js';
export { type Windows } from './aggregations/aggregation-descriptor.js';
export {
  type Amount,
  amountOfMinorUnits,
  amountOfMinorUnitText,
  majorUnitText,
  minorUnitDecimals,
  minorUnitText,
  moneyText,
  parseAmount,
  roundToMinorUnits,
} from './amount.js';
export {
  type BaseFee,
  type BillingPeriod,
  Catalog,
  catalogForPrice,
  type CatalogPrice,
  type CatalogSwitches,
  DEFAULT_SWITCHES,
  DEFAULT_WINDOW_MS,
  type ExistingPrice,
  type GraduatedPrice,
  type HeaderCriterion,
  type MeterDefinition,
  type MeterFilter,
  type PackagePrice,
  type Plan,
  type StandardPrice,
  type TaxBehavior,
  type Tier,
  type TieredPrice,
  type VolumePrice,
} from './catalog.js';
export { catalogWarnings } from './catalog-warnings.js';
export { CatalogError, type CatalogProblem } from './catalog-error.js';
export { CatalogModule } from './catalog.module.js';
export { METRIC_NAMES, type MeterMetric, metricOf } from './metrics/index.js';
export { type CallColumn, type ComputedCounting } from './metrics/metric-descriptor.js';
export { describePrice, type OfferedPlan, offerOf } from './offer.js';
export { loadCatalog, parseCatalog } from './parse-catalog.js';
export { type ChangeCircumstances, comparePlans, type PlanComparison, reasonsToWait } from './plan-change.js';
export { billedScheme, type BilledScheme } from './pricing/billed-scheme.js';
export { type Charge, chargeFor, type ChargeLine } from './pricing/charge.js';
export { costsNothing } from './pricing/costs-nothing.js';
export { chargeTable, describeChargeLine, grouped } from './pricing/charge-table.js';
export { catalogText } from './write-catalog.js';
