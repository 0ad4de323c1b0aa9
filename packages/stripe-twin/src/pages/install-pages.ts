import type { FastifyInstance } from 'fastify';
import type { Twin } from '../twin.js';
import { checkoutRoutes } from './checkout-routes.js';
import { portalRoutes } from './portal-routes.js';
import { pricingTableRoutes } from './pricing-table-routes.js';

/** What Stripe shows to people: the checkout, the customer portal, the pricing table. No key needed. */
export function installPages(app: FastifyInstance, twin: Twin): void {
  // Where the twin listens on all interfaces, as in a container, a browser reaches it at loopback.
  app.addHook('onListen', async () => {
    const address = app.server.address();
    if (typeof address !== 'object' || address === null) return;
    const host = ['0.0.0.0', '::'].includes(address.address) ? '127.0.0.1' : address.address;
    twin.origin = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  });
  checkoutRoutes(app, twin);
  portalRoutes(app, twin);
  pricingTableRoutes(app, twin);
}
