/** Where Stripe sends its events, below the address of our routes. */
export const WEBHOOK_PATH = '/webhooks/stripe';
