/**
 * @typedef {object} ChartData
 * @property {string[]} labels one per bar, in words
 * @property {(number | null)[]} current null: not yet
 * @property {(number | null)[] | null} previous beside it, bar by bar; null: there is none
 */

/** Bars for what is now, a line for what was before. The values stand in the table below, for whoever cannot see it. */
export class UsageChart {
  /** @type {import('uplot') | undefined} */
  #plot;
  /** @type {ChartData | undefined} */
  #data;

  /**
   * @param {HTMLElement} container
   * @param {(bar: number | null) => void} onPoint the bar under the pointer
   */
  constructor(container, onPoint) {
    this.container = container;
    this.onPoint = onPoint;
    new ResizeObserver(() => {
      const width = this.container.clientWidth;
      if (this.#plot && width > 0 && width !== this.#plot.width)
        this.#plot.setSize({ width, height: this.#height });
    }).observe(container);
    // A canvas takes its colours when it is drawn.
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#redraw());
  }

  /** @param {ChartData} data */
  draw(data) {
    this.#data = data;
    this.#redraw();
  }

  get #height() {
    return this.container.clientWidth < 480 ? 180 : 240;
  }

  #redraw() {
    const data = this.#data;
    this.#plot?.destroy();
    this.#plot = undefined;
    // The library is a script of its own; without it there is the table.
    const UPlot = /** @type {typeof import('uplot') | undefined} */ (Reflect.get(globalThis, 'uPlot'));
    this.container.hidden = !UPlot;
    if (!UPlot || !data) return;
    const xs = data.labels.map((_, index) => index);
    const options = this.#options(UPlot, data);
    const series = [xs, data.current, ...(data.previous ? [data.previous] : [])];
    this.#plot = new UPlot(options, /** @type {import('uplot').AlignedData} */ (series), this.container);
  }

  /**
   * @param {typeof import('uplot')} UPlot
   * @param {ChartData} data
   * @returns {import('uplot').Options}
   */
  #options(UPlot, { labels, previous }) {
    const colour = coloursOf(this.container);
    const axis = {
      stroke: colour('--color-muted'),
      font: `12px ${colour('--font-text')}`,
      ticks: { show: false },
    };
    const bars = UPlot.paths.bars?.({ size: [0.72, 56] });
    return {
      width: Math.max(this.container.clientWidth, 1),
      height: this.#height,
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: () => [-0.5, labels.length - 0.5] },
        y: { range: (_plot, _least, most) => [0, niceTop(most)] },
      },
      axes: [
        {
          ...axis,
          size: 28,
          grid: { show: false },
          // Whole bars alone have a label, and as many as there is room for.
          splits: () => everyNth(labels.length, Math.max(2, Math.floor(this.container.clientWidth / 72))),
          values: (_plot, splits) => splits.map((split) => labels[split] ?? ''),
        },
        {
          ...axis,
          size: 56,
          grid: { stroke: colour('--color-line'), width: 1 },
          values: (_plot, splits) => splits.map((split) => compact(split)),
        },
      ],
      series: [
        {},
        { fill: colour('--color-chart-current'), width: 0, ...(bars ? { paths: bars } : {}) },
        ...(previous
          ? [
              {
                stroke: colour('--color-chart-previous'),
                width: 2,
                dash: [5, 4],
                points: { show: labels.length < 3 },
              },
            ]
          : []),
      ],
      hooks: { setCursor: [(plot) => this.onPoint(plot.cursor.idx ?? null)] },
    };
  }
}

/** @param {HTMLElement} element */
function coloursOf(element) {
  const style = getComputedStyle(element);
  return (/** @type {string} */ name) => style.getPropertyValue(name).trim();
}

/** @param {number | null} most */
function niceTop(most) {
  return most && most > 0 ? most * 1.08 : 1;
}

/**
 * @param {number} length
 * @param {number} room
 */
function everyNth(length, room) {
  const step = Math.max(1, Math.ceil(length / room));
  return Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
}

/** @param {number} value */
function compact(value) {
  return new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}
