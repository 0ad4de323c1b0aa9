export { assertMayCall, SubscriptionInactiveError } from './access.js';
export { type Account, normaliseEmail } from './account.js';
export { AccountView } from './account-view.js';
export { AccountsModule } from './accounts.module.js';
export { AccountsService, EmailTakenError } from './accounts.service.js';
