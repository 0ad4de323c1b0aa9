import { find } from '../dom.js';
import { textOf } from '../json.js';
import { element, headRow, numberCell, row } from './element.js';
import { formatDate, formatNumber } from './format.js';
import { decimalOf, listOf, objectOf } from './read.js';
import { UsageChart } from './usage-chart.js';
import { labelsOf, rangeOf, slotsOf } from './usage-range.js';
import { beforeOf, figure, nameOf, usagePath, valueOf, WORDS } from './usage-words.js';

/** @typedef {import('./usage-range.js').Granularity} Granularity */
/** @typedef {import('./usage-range.js').Range} Range */
/** @typedef {import('./account-api.js').Result} Result */

/** Usage by hour, day or period, with the time before it beside it. */
export class UsagePanel {
  /** @type {Granularity} */
  #granularity = 'day';
  /** @type {Range | null} */
  #period = null;
  /** @type {Record<string, unknown>[]} */
  #meters = [];
  /** @type {Record<string, unknown>[]} */
  #before = [];
  /** @type {Range} */
  #range = { from: 0, to: 0 };
  /** @type {Range | null} */
  #rangeBefore = null;
  #meter = '';

  /**
   * @param {import('./account-api.js').AccountApi} api
   * @param {import('./panel.js').Panel} panel
   * @param {AbortSignal} signal
   */
  constructor(api, panel, signal) {
    this.api = api;
    this.panel = panel;
    /** @type {import('./usage-chart.js').ChartData} */
    this.shown = { labels: [], current: [], previous: null };
    this.chart = new UsageChart(find('#usage-chart', HTMLElement), (bar) => this.#readOut(bar));
    find('#granularity', HTMLElement).addEventListener(
      'change',
      (event) => {
        if (!(event.target instanceof HTMLInputElement)) return;
        this.#granularity = /** @type {Granularity} */ (event.target.value);
        void this.load();
      },
      { signal },
    );
    find('#meter', HTMLSelectElement).addEventListener(
      'change',
      (event) => {
        this.#meter = event.target instanceof HTMLSelectElement ? event.target.value : '';
        this.#show();
      },
      { signal },
    );
  }

  /** @param {Range | null} [period] the account's billing period */
  async load(period = this.#period) {
    this.#period = period;
    await this.panel.load(
      () => this.#ask(),
      (json) => this.#take(json),
    );
  }

  async refresh() {
    await this.panel.refresh(
      () => this.#ask(),
      (json) => this.#take(json),
    );
  }

  /** @param {unknown} json */
  #take(json) {
    this.#meters = listOf(json, 'meters');
    if (this.#meters.length === 0) return 'Your plan has no metered usage.';
    this.#offerMeters();
    this.#show();
    return undefined;
  }

  /** @returns {Promise<Result>} */
  async #ask() {
    const granularity = this.#granularity;
    const range = rangeOf(granularity, Date.now(), this.#period);
    const answer = await this.api.get(usagePath(granularity, range));
    if (answer.kind !== 'ok' || granularity !== this.#granularity) return answer;
    const rangeBefore = beforeOf(granularity, range, listOf(answer.json, 'meters'));
    const before = rangeBefore ? await this.api.get(usagePath(granularity, rangeBefore)) : null;
    if (granularity !== this.#granularity) return answer;
    this.#range = range;
    this.#rangeBefore = before?.kind === 'ok' ? rangeBefore : null;
    this.#before = before?.kind === 'ok' ? listOf(before.json, 'meters') : [];
    return answer;
  }

  #offerMeters() {
    const select = find('#meter', HTMLSelectElement);
    if (!this.#meters.some(({ meter }) => meter === this.#meter))
      this.#meter = textOf(this.#meters[0], 'meter');
    select.replaceChildren(
      ...this.#meters.map((meter) => {
        const name = textOf(meter, 'meter');
        return element('option', { value: name, selected: name === this.#meter }, nameOf(meter));
      }),
    );
    find('#meter-choice', HTMLElement).hidden = this.#meters.length < 2;
  }

  #show() {
    const meter = this.#meters.find((each) => each['meter'] === this.#meter) ?? this.#meters[0];
    const granularity = this.#granularity;
    const buckets = listOf(meter, 'buckets');
    if (granularity === 'period') {
      this.shown = {
        labels: buckets.map((bucket) =>
          formatDate(textOf(bucket, 'start'), { day: 'numeric', month: 'short', year: '2-digit' }),
        ),
        current: buckets.map((bucket) => Number(decimalOf(bucket, 'value'))),
        previous: null,
      };
    } else {
      const now = Date.now();
      const current = slotsOf(buckets, granularity, this.#range, now);
      const past = this.#before.find((each) => each['meter'] === this.#meter);
      const previous =
        this.#rangeBefore && slotsOf(listOf(past, 'buckets'), granularity, this.#rangeBefore, now);
      this.shown = {
        labels: labelsOf(granularity, this.#range, current.length),
        current,
        previous: previous && current.map((_, index) => previous[index] ?? null),
      };
    }
    this.#showFigures(meter);
    this.#showLegend();
    this.#showTable(nameOf(meter));
    // Shown first: a hidden chart has no width.
    this.panel.ready();
    this.chart.draw(this.shown);
    this.#readOut(null);
  }

  /** @param {Record<string, unknown> | undefined} meter */
  #showFigures(meter) {
    const [period, previous] = [objectOf(meter, 'period'), objectOf(meter, 'previous')];
    const figures = [];
    if (period) figures.push(figure('This period', period, nameOf(meter)));
    if (previous) figures.push(figure('Previous period', previous, nameOf(meter)));
    find('#usage-figures', HTMLElement).replaceChildren(...figures);
  }

  #showLegend() {
    const words = WORDS[this.#granularity];
    find('#usage-legend', HTMLElement).replaceChildren(
      element('span', { class: 'legend-current' }, words.current),
      ...(this.shown.previous ? [element('span', { class: 'legend-previous' }, words.previous)] : []),
    );
  }

  /** @param {string} name */
  #showTable(name) {
    const { labels, current, previous } = this.shown;
    const words = WORDS[this.#granularity];
    find('#usage-table', HTMLTableElement).replaceChildren(
      headRow(
        [words.unit],
        [words.current, true],
        ...(previous ? [/** @type {[string, boolean]} */ ([words.previous, true])] : []),
      ),
      element(
        'tbody',
        {},
        ...labels.map((label, index) =>
          row(
            element('th', { scope: 'row' }, label),
            numberCell(valueOf(current[index])),
            ...(previous ? [numberCell(valueOf(previous[index]))] : []),
          ),
        ),
      ),
    );
    const sum = current.reduce((/** @type {number} */ total, value) => total + (value ?? 0), 0);
    find('#usage-chart', HTMLElement).setAttribute(
      'aria-label',
      `${name} by ${this.#granularity}, ${labels[0] ?? ''} to ${labels.at(-1) ?? ''}: ${formatNumber(String(sum))} in total. The table below lists each value.`,
    );
  }

  /** @param {number | null} bar */
  #readOut(bar) {
    const { labels, current, previous } = this.shown;
    const last = current.filter((value) => value !== null).length - 1;
    const index = bar ?? last;
    const label = labels[index];
    const words = WORDS[this.#granularity];
    const before = previous ? ` · ${words.before}: ${valueOf(previous[index])}` : '';
    find('#usage-readout', HTMLElement).textContent =
      label === undefined ? '' : `${label}: ${valueOf(current[index])}${before}`;
  }
}
