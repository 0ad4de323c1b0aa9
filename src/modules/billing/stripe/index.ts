export { StripeBillingModule } from './stripe-billing.module.js';
