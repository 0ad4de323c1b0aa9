import { lineItemsOf } from './resources/checkout-sessions.js';
import { configurationOf } from './resources/portal-configurations.js';
import { elsewhere } from './expand-money.js';
import type { Twin } from './twin.js';
import type { Expandable, ExpandSchema } from './wire/expand.js';

interface References {
  twin: Twin;
  customer: Expandable;
  subscription: Expandable;
  invoice: Expandable;
}

/** What `expand` can do with checkout sessions and the customer portal. */
export function checkoutSchema({ twin, customer, subscription, invoice }: References): ExpandSchema {
  return {
    'checkout.session': {
      customer,
      invoice,
      line_items: { kind: 'on_request', type: 'list:item', compute: ({ id }) => lineItemsOf(twin, id) },
      payment_intent: elsewhere('payment_intent'),
      payment_link: elsewhere('payment_link'),
      setup_intent: elsewhere('setup_intent'),
      subscription,
    },
    item: {
      discounts: { kind: 'included', type: 'discount' },
      price: { kind: 'included', type: 'price' },
    },
    'billing_portal.session': {
      configuration: {
        kind: 'reference',
        type: 'billing_portal.configuration',
        resolve: (id) => configurationOf(twin, id),
      },
    },
    'billing_portal.configuration': { application: elsewhere('application') },
  };
}
