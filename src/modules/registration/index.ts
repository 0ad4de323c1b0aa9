/** @deprecated Import it from `platform/http/public-address.js`; gone in the next minor release. */
export { PublicAddress } from '../../platform/http/public-address.js';
export { ConfirmationLinks } from './confirmation-links.js';
export { IsEmailAddress } from './email.decorator.js';
export { type AccountOrder, FareboxAccounts, type OpenedAccount } from './farebox-accounts.js';
export { RegistrationCompletion } from './registration-completion.js';
export { MailUnavailableError, RegistrationBusyError } from './registration-errors.js';
export { RegistrationIntents, type RegistrationRequest } from './registration-intents.js';
export { RegistrationModule } from './registration.module.js';
