/** The billing provider of the application and of its commands. */
export { StripeBillingModule as BillingProviderModule } from './modules/billing/stripe/index.js';
