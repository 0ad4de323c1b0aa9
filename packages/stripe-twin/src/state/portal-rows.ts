import type Stripe from 'stripe';
import type { Wire } from './wire.js';

export type PortalConfigurationRow = Wire<Stripe.BillingPortal.Configuration>;

/** `expires_at` is not shown; the address is worked out when it is. */
export interface PortalSessionRow {
  id: string;
  /** Stands in the address of the page: who has it may see and change the customer's subscriptions. */
  secret: string;
  view: Omit<Wire<Stripe.BillingPortal.Session>, 'url' | 'configuration'> & { configuration: string };
  expires_at: number;
}

/** Addresses of the portal are short-lived. */
export const PORTAL_SESSION_S = 60 * 60;
