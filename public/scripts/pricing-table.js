import { textOf } from './json.js';

/**
 * Shows Stripe's pricing table. What it gives the session as its reference binds what is paid for to this browser.
 *
 * @param {HTMLElement} place
 * @param {Record<string, unknown>} table as `GET /checkout/options` has it
 */
export function embedPricingTable(place, table) {
  const element = document.createElement('stripe-pricing-table');
  element.setAttribute('pricing-table-id', textOf(table, 'id'));
  element.setAttribute('publishable-key', textOf(table, 'publishableKey'));
  element.setAttribute('client-reference-id', textOf(table, 'clientReferenceId'));
  const script = document.createElement('script');
  script.async = true;
  script.src = textOf(table, 'script');
  place.replaceChildren(element);
  document.head.append(script);
}
