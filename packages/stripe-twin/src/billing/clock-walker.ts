import type { TestClockRow } from '../state/rows.js';
import type { Twin } from '../twin.js';

/** So many steps of one moment are taken before other requests have their turn. */
const STEPS_AT_ONCE = 200;

/**
 * Advances test clocks: from one moment at which something is due to the next, each with its events, and on only
 * when those have been sent to the webhook endpoints once. Where a clock is, is stored: a twin that was killed
 * while a clock advanced goes on with it.
 */
export class ClockWalker {
  private closed = false;

  constructor(private readonly twin: Twin) {}

  /** Goes on with what was under way when the twin ended. */
  resume(): void {
    for (const clock of this.twin.testClocks.scan()) {
      if (clock.status === 'advancing') this.later(clock);
    }
  }

  /** Begins to advance; the answer is that clock, which is not there yet. */
  advance(clock: TestClockRow, target: number): TestClockRow {
    const advancing = this.twin.testClocks.put({
      ...clock,
      status: 'advancing',
      status_details: { advancing: { target_frozen_time: target } },
    });
    this.twin.log.record('test_helpers.test_clock.advancing', structuredClone(advancing));
    this.later(advancing);
    return advancing;
  }

  close(): void {
    this.closed = true;
  }

  private later(clock: TestClockRow): void {
    setImmediate(() => void this.proceed(clock));
  }

  private async proceed(started: TestClockRow): Promise<void> {
    await this.twin.deliveries.attempted();
    const clock = this.twin.testClocks.get(started.id);
    const target = clock?.status_details.advancing?.target_frozen_time;
    // It was deleted, or everything was reset, in the meantime.
    if (this.closed || !clock || clock.created !== started.created || target === undefined) return;
    try {
      this.twin.store.transaction(() => this.step(clock, target));
    } catch (error) {
      console.error(error);
      this.end(clock, clock.frozen_time, 'internal_failure');
    }
    const after = this.twin.testClocks.get(clock.id);
    if (after?.status === 'advancing') this.later(after);
  }

  private step(clock: TestClockRow, target: number): void {
    const { timeline, testClocks } = this.twin;
    const moment = Math.max(clock.frozen_time, timeline.nextAt(clock.id));
    if (moment > target) return this.end(clock, target, 'ready');
    testClocks.put({ ...clock, frozen_time: moment });
    timeline.walk(clock.id, moment, STEPS_AT_ONCE);
  }

  private end(clock: TestClockRow, time: number, status: 'ready' | 'internal_failure'): void {
    const ended = this.twin.testClocks.put({ ...clock, frozen_time: time, status, status_details: {} });
    this.twin.log.record(`test_helpers.test_clock.${status}`, structuredClone(ended));
  }
}
