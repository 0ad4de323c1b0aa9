/**
 * The former module of calls and usage, for controllers that import from it.
 * @deprecated Import from `modules/ledger`, `modules/meters` and `modules/usage`.
 */
export {
  CurrentCall,
  LedgerUnavailableError,
  MeteredCall,
  Monetized,
  type MonetizedOptions,
  UnitsTooLateError,
} from '../ledger/index.js';
export { MeteringModule } from './metering.module.js';
