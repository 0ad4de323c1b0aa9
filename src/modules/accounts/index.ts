export {
  assertMayCall,
  graceEndOf,
  mayCall,
  SubscriptionChangingError,
  SubscriptionInactiveError,
} from './access.js';
export {
  type Account,
  type AccountBilling,
  type CollectionPause,
  type NewAccount,
  normaliseEmail,
} from './account.js';
export { AccountView } from './account-view.js';
export { AccountsModule } from './accounts.module.js';
export {
  ACCOUNT_OPENED,
  ACCOUNT_RESUMED,
  ACCOUNT_STATE,
  ACCOUNT_SUSPENDED,
  AccountsService,
  EmailTakenError,
  SUBSCRIPTION_REPLACED,
} from './accounts.service.js';
export {
  AccountDirectory,
  type AccountEntry,
  type AccountPage,
  type AccountProfile,
} from './account-directory.js';
