import { rememberToken } from './tab-token.js';

/**
 * A link to the dashboard that takes the token along: kept for this tab, sent nowhere.
 *
 * @param {HTMLAnchorElement} link
 * @param {() => string} token
 * @param {() => void} [onKept] called when the token is kept, just before the page is left
 */
export function openDashboard(link, token, onKept = () => {}) {
  link.addEventListener('click', () => {
    if (rememberToken(token())) onKept();
  });
}
