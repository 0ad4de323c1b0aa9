import { ActionButton } from '../action-button.js';
import { find, setPart } from '../dom.js';
import { isObject, textOf } from '../json.js';
import { formatNumber } from './format.js';
import { objectOf, webAddress } from './read.js';

const LABEL = 'Add a payment method';

/** Asks for a payment method before the first invoice would fail, or calls are refused for want of one. */
export class CardBanner {
  /**
   * @param {import('./account-api.js').AccountApi} api
   * @param {AbortSignal} signal
   */
  constructor(api, signal) {
    this.api = api;
    this.banner = find('#card-banner', HTMLElement);
    this.add = new ActionButton(find('#card-banner-add', HTMLButtonElement));
    this.banner.hidden = true;
    this.add.button.addEventListener(
      'click',
      () => {
        if (this.add.ready) void this.#open();
      },
      { signal },
    );
  }

  /** @param {unknown} account the answer of GET /account */
  show(account) {
    const missing =
      isObject(account) && account['paymentMethod'] === 'missing' && textOf(account, 'closedAt') === '';
    this.banner.hidden = !missing;
    if (missing) setPart(this.banner, 'detail', words(objectOf(account, 'callsWithoutCard')));
  }

  async #open() {
    setPart(this.banner, 'reference', '');
    this.add.showBusy('Opening…');
    const result = await this.api.request('POST', '/account/billing-portal', {});
    const url = result.kind === 'ok' ? webAddress(textOf(result.json, 'url')) : undefined;
    if (url !== undefined) {
      location.assign(url);
      return;
    }
    this.add.show(LABEL);
    setPart(
      this.banner,
      'reference',
      result.kind === 'failed' ? result.detail : 'Not available on this server.',
    );
  }
}

/** @param {Record<string, unknown> | null} allowance */
function words(allowance) {
  const [limit, used] = [Number(allowance?.['limit']), Number(allowance?.['used'])];
  if (allowance === null || Number.isNaN(limit) || Number.isNaN(used))
    return 'Your next invoice cannot be paid without one.';
  if (limit === 0) return 'Paid calls are refused until you add one.';
  const shown = formatNumber(String(limit));
  if (used >= limit)
    return `You have used all ${shown} paid calls allowed without one this billing period. Further calls are refused until you add one.`;
  return `You have used ${formatNumber(String(used))} of the ${shown} paid calls allowed without one this billing period.`;
}
