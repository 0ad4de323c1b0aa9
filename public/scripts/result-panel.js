import { addressOf } from './address.js';
import { copyButton } from './copy-button.js';
import { curlLine } from './curl-line.js';
import { find } from './dom.js';
import { jwtExpiry } from './jwt-expiry.js';
import { openDashboard } from './open-dashboard.js';
import { completeStep } from './steps.js';
import { tryCall } from './try-call.js';

/**
 * What follows a registration: the token, the ids, and a first call. The token is held by this page's memory and
 * markup, and by the browser's storage only for who goes on to the dashboard, in this tab.
 *
 * @param {import('./registration-outcome.js').Registered} registered
 * @param {string} planName what the person chose, as it was called in the form; `''` without a choice
 */
export function showResult({ jwt, customerId, subscriptionId, plan }, planName) {
  const token = find('#token', HTMLElement);
  const curl = find('#curl', HTMLElement);
  token.textContent = jwt;
  curl.textContent = curlLine(addressOf('/test-service'), jwt);
  find('#customer-id', HTMLElement).textContent = customerId;
  find('#subscription-id', HTMLElement).textContent = subscriptionId;
  find('#result-plan', HTMLElement).textContent = planName || plan;
  showExpiry(jwtExpiry(jwt));

  const kept = warnBeforeLeaving();
  const onCopied = () => {
    kept();
    completeStep(2);
  };
  copyButton(find('#copy-token', HTMLButtonElement), token, 'Access token', onCopied);
  copyButton(find('#copy-curl', HTMLButtonElement), curl, 'Command', onCopied);
  openDashboard(find('#open-dashboard', HTMLAnchorElement), () => jwt, kept);
  tryCall(jwt, () => completeStep(3));

  find('#registration', HTMLElement).remove();
  find('#result', HTMLElement).hidden = false;
  document.title = 'Your token · Farebox';
  completeStep(1);
  find('#result-heading', HTMLElement).focus();
}

/** @param {Date | undefined} expiry */
function showExpiry(expiry) {
  if (!expiry) return;
  const time = document.createElement('time');
  time.dateTime = expiry.toISOString();
  time.textContent = expiry.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  find('#token-expiry', HTMLElement).replaceChildren(time);
  find('[data-fact="expires"]', HTMLElement).hidden = false;
}

/**
 * Asks before the page is left with a token that nobody copied: it is not given a second time.
 *
 * @returns {() => void} to be called once the token is safe
 */
function warnBeforeLeaving() {
  const safe = new AbortController();
  addEventListener('beforeunload', (event) => event.preventDefault(), { signal: safe.signal });
  return () => safe.abort();
}
