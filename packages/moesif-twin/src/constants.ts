export { stripeWebhookPath } from './stripe-webhook.routes.js';
