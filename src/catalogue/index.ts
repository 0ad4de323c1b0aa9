export { type Amount, majorUnitText, minorUnitDecimals, minorUnitText, parseAmount } from './amount.js';
export {
  type BillingPeriod,
  Catalogue,
  catalogueForPrice,
  type CataloguePrice,
  type ExistingPrice,
  type MeterDefinition,
  type MeterFilter,
  type PackagePrice,
  type Plan,
  type StandardPrice,
  type Tier,
  type TieredPrice,
} from './catalogue.js';
export { CatalogueError, type CatalogueProblem } from './catalogue-error.js';
export { CatalogueModule } from './catalogue.module.js';
export { describePrice, type OfferedPlan, offerOf } from './offer.js';
export { loadCatalogue, parseCatalogue } from './parse-catalogue.js';
