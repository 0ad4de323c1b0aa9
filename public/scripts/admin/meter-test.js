import { ActionButton } from '../action-button.js';
import { badge, element } from '../dashboard/element.js';
import { find } from '../dom.js';
import { textOf } from '../json.js';
import { hideNotice, showNotice } from '../notice.js';
import { serverEvents } from '../server-events.js';
import { MeterTestStages } from './meter-test-stages.js';

/** When the connection is lost, it is asked so often whether the test still runs, after so long each time, in ms. */
const COME_BACK = [500, 1_000, 2_000, 4_000];

/** How a test ended, by its outcome. @type {Record<string, [word: string, tone: 'success' | 'warning' | 'danger', text: string]>} */
const OUTCOMES = {
  passed: ['passed', 'success', 'Usage of this meter reaches the bill.'],
  failed: ['failed', 'danger', 'See below which stage failed and what to do.'],
  stopped: ['stopped', 'warning', 'The test was stopped.'],
  shutting_down: ['ended', 'warning', 'The server shut down during the test. Start it again.'],
  broken: ['broken', 'danger', 'Unexpected error: check the server log.'],
  lost: ['lost', 'warning', 'The connection was lost and the test is no longer running. Start it again.'],
};

const HINT = 'Creates a customer and a call automatically, in test mode. The customer stays at Stripe.';
const HINT_LIVE =
  "Not available with a live Stripe key, as it would be billed for real. The test waits for a real customer's call.";

/** The test of a meter: started, followed while it runs, and stopped. One at a time on this page. */
export class MeterTest {
  /** @type {AbortController | undefined} */
  #follows;
  #meter = '';
  #isLive = false;

  /**
   * @param {import('./admin-api.js').AdminApi} api
   * @param {() => void} onEnd what the meters show may be other than before
   */
  constructor(api, onEnd) {
    this.api = api;
    this.onEnd = onEnd;
    this.section = find('#meter-test', HTMLElement);
    this.name = find('#meter-test-name', HTMLSelectElement);
    this.synthetic = find('#meter-test-synthetic', HTMLInputElement);
    this.notice = find('#meter-test-notice', HTMLElement);
    this.outcome = find('#meter-test-outcome', HTMLElement);
    this.startButton = new ActionButton(find('#meter-test-start', HTMLButtonElement));
    this.stopButton = new ActionButton(find('#meter-test-stop', HTMLButtonElement));
    this.stages = new MeterTestStages(find('#meter-test-stages', HTMLOListElement));
    find('#meter-test-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.startButton.ready) void this.#run('POST', this.name.value, this.synthetic.checked);
    });
    this.stopButton.button.addEventListener('click', () => {
      if (this.stopButton.ready) void this.#stop();
    });
  }

  /**
   * The meters that can be tested. A test that runs already, from another page or from before this one was loaded again,
   * is followed.
   *
   * @param {Record<string, unknown>[]} meters
   * @param {boolean} isLive whether money is real
   */
  offer(meters, isLive) {
    if (this.#follows) return;
    const chosen = this.name.value;
    const names = meters.map((meter) => textOf(meter, 'name'));
    this.name.replaceChildren(...names.map((name) => element('option', { value: name }, name)));
    if (names.includes(chosen)) this.name.value = chosen;
    this.#isLive = isLive;
    this.synthetic.disabled = isLive;
    if (isLive) this.synthetic.checked = false;
    find('#meter-test-synthetic-hint', HTMLElement).textContent = isLive ? HINT_LIVE : HINT;
    if (this.stages.list.childElementCount === 0) this.stages.reset();
    this.section.hidden = names.length === 0;
    const running = meters.find((meter) => meter['testing'] === true);
    if (running) void this.#run('GET', textOf(running, 'name'), false);
  }

  /** For another session: nothing of what was seen stays. */
  restart() {
    this.#follows?.abort();
    this.#follows = undefined;
    this.#meter = '';
    this.synthetic.checked = false;
    hideNotice(this.notice);
    this.#rest();
    this.section.hidden = true;
  }

  /**
   * Follows a test until it ends.
   *
   * @param {'POST' | 'GET'} method starts one, or follows the one that runs
   * @param {string} meter
   * @param {boolean} synthetic
   */
  async #run(method, meter, synthetic) {
    const follows = new AbortController();
    this.#follows = follows;
    this.#meter = meter;
    hideNotice(this.notice);
    this.outcome.replaceChildren();
    this.name.value = meter;
    this.#hold(true);
    this.stages.begin();
    const { signal } = follows;
    const path = `meters/${encodeURIComponent(meter)}/test`;
    const first = await this.api.stream(method, path, {
      signal,
      ...(method === 'POST' ? { body: { synthetic } } : {}),
    });
    if (signal.aborted) return;
    if (first.kind === 'failed') {
      this.stages.reset();
      this.#rest();
      // One that was to be followed has ended meanwhile, which is no failure.
      if (method === 'POST' || first.code !== 'not_found') showNotice(this.notice, first);
      return;
    }
    let outcome = await this.#read(first.body);
    for (const wait of COME_BACK) {
      if (outcome !== '' || signal.aborted) break;
      this.outcome.replaceChildren(badge('connection lost', 'warning'), ' Reconnecting…');
      await new Promise((resolve) => setTimeout(resolve, wait));
      const again = await this.api.stream('GET', path, { signal });
      if (again.kind !== 'stream') continue;
      this.outcome.replaceChildren();
      outcome = await this.#read(again.body);
    }
    if (!signal.aborted) this.#end(outcome);
  }

  /**
   * @param {ReadableStream<Uint8Array>} body
   * @returns {Promise<string>} the outcome; `''` when the connection was lost before it
   */
  async #read(body) {
    try {
      for await (const { event, data } of serverEvents(body)) {
        if (event === 'end') return textOf(JSON.parse(data), 'outcome');
        if (event === 'test') this.#describe(JSON.parse(data));
        if (event === 'progress') this.#show(JSON.parse(data));
      }
    } catch {
      // Cut, in the middle of an event perhaps: the test may still run.
    }
    return '';
  }

  /** @param {Record<string, unknown>} test */
  #describe(test) {
    this.synthetic.checked = test['synthetic'] === true;
  }

  /** @param {unknown} progress */
  #show(progress) {
    this.stages.take({
      stage: textOf(progress, 'stage'),
      state: textOf(progress, 'state'),
      message: textOf(progress, 'message'),
      advice: textOf(progress, 'advice'),
    });
  }

  /** @param {string} outcome */
  #end(outcome) {
    this.stages.end();
    this.#rest();
    const [word, tone, text] = OUTCOMES[outcome] ?? OUTCOMES['lost'] ?? ['', '', ''];
    const { count, of } = this.stages.passed;
    this.outcome.replaceChildren(badge(word, tone), ` ${text} ${count} of ${of} stages done.`);
    this.onEnd();
  }

  async #stop() {
    hideNotice(this.notice);
    this.stopButton.showBusy('Stopping…');
    const result = await this.api.delete(`meters/${encodeURIComponent(this.#meter)}/test`);
    if (!this.#follows) return;
    this.stopButton.show('Stop');
    // Otherwise its last event says how it ended.
    if (result.kind === 'failed') showNotice(this.notice, result);
  }

  #rest() {
    this.#follows = undefined;
    this.#hold(false);
  }

  /** @param {boolean} isRunning what was chosen stays as it is while a test runs */
  #hold(isRunning) {
    const [start, stop] = [this.startButton.button, this.stopButton.button];
    const { activeElement } = document;
    if (isRunning) this.startButton.showBusy('Testing…');
    else this.startButton.show('Start the test');
    this.stopButton.show('Stop');
    stop.hidden = !isRunning;
    this.name.disabled = isRunning;
    this.synthetic.disabled = isRunning || this.#isLive;
    // Whoever has the focus on what goes away would lose the place on the page.
    if (isRunning && (activeElement === this.name || activeElement === this.synthetic)) stop.focus();
    if (!isRunning && activeElement === stop) start.focus();
  }
}
