import { element } from './element.js';

/**
 * The way from a line of a bill to its calls, further up on the page.
 *
 * @param {string} label what the line is, for whoever hears the link alone
 * @param {() => void} show
 */
export function callsLink(label, show) {
  const link = element(
    'a',
    { class: 'calls-link', href: '#calls' },
    'Calls',
    element('span', { class: 'visually-hidden' }, ` of ${label}`),
  );
  link.addEventListener('click', (event) => {
    event.preventDefault();
    show();
  });
  return link;
}
