import { copyButton } from '../copy-button.js';
import { find } from '../dom.js';
import { element } from './element.js';
import { meteredEndpoints } from './metered-endpoints.js';
import { SNIPPETS } from './snippets.js';

/** A first call, in three languages, of any metered endpoint. */
export class StartPanel {
  /** @type {import('./metered-endpoints.js').Endpoint[]} */
  #endpoints = [];
  #language = 'curl';

  /**
   * @param {import('./account-api.js').AccountApi} api
   * @param {import('./panel.js').Panel} panel
   * @param {AbortSignal} signal
   * @param {(routes: string[]) => void} onRoutes called with the routes that there are
   */
  constructor(api, panel, signal, onRoutes) {
    this.api = api;
    this.panel = panel;
    this.onRoutes = onRoutes;
    this.select = find('#endpoint', HTMLSelectElement);
    this.select.addEventListener('change', () => this.#show(), { signal });
    find('#language', HTMLElement).addEventListener(
      'change',
      (event) => {
        if (event.target instanceof HTMLInputElement) this.#language = event.target.value;
        this.#show();
      },
      { signal },
    );
  }

  /** Once a page: what it copies is what it shows. */
  static listen() {
    copyButton(find('#copy-snippet', HTMLButtonElement), find('#snippet', HTMLElement), 'Example');
  }

  async load() {
    await this.panel.load(
      () => this.api.get(`${location.origin}/openapi.json`),
      (json) => {
        this.#endpoints = meteredEndpoints(json);
        if (this.#endpoints.length === 0) return 'This API has no metered endpoints yet.';
        this.select.replaceChildren(
          ...this.#endpoints.map(({ method, route }, index) =>
            element('option', { value: String(index) }, `${method} ${route}`),
          ),
        );
        this.onRoutes(this.#endpoints.map(({ route }) => route.replaceAll(/\{(\w+)\}/g, ':$1')));
        this.#show();
        return undefined;
      },
    );
  }

  #show() {
    const endpoint = this.#endpoints[Number(this.select.value)] ?? this.#endpoints[0];
    if (!endpoint) return;
    find('#endpoint-summary', HTMLElement).textContent = endpoint.summary;
    find('#snippet', HTMLElement).textContent = SNIPPETS[this.#language]?.(endpoint, location.origin) ?? '';
  }
}
