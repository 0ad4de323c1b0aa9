import type { Collection, CollectionStore } from '@farebox/twin-kit';
import type { Clock } from '../state/clock.js';
import type { Settings } from '../state/settings.js';
import type { MeterError, ThinEventLog } from './thin-events.js';

/** Rejections of a meter that wait for their report. */
interface WaitingReport {
  meter: string;
  /** Milliseconds: the first one. */
  since: number;
  errors: MeterError[];
}

interface Parts {
  store: CollectionStore;
  clock: Clock;
  settings: Settings;
  thinLog: ThinEventLog;
}

const MAX_WAIT_MS = 60_000;

/**
 * Reports rejected meter events by meter: those of a window (setting `meterErrorWindowMs`) in one thin event, as
 * Stripe reports "invalid async usage events for a given meter" with the window that the report encapsulates.
 */
export class MeterErrorReports {
  private readonly waiting: Collection<WaitingReport>;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: Parts) {
    this.waiting = parts.store.collection<WaitingReport>('meter_error_reports');
    this.wake();
  }

  add(meter: string, errors: readonly MeterError[]): void {
    const waiting = this.waiting.get(meter) ?? { meter, since: this.parts.clock.now(), errors: [] };
    this.waiting.put(meter, { ...waiting, errors: [...waiting.errors, ...errors] });
    this.wake();
  }

  /** Reports what has waited long enough, and sets the alarm for the rest. Called again when the clock was moved. */
  wake(): void {
    const { clock, settings, store } = this.parts;
    clearTimeout(this.timer);
    const window = settings.values.meterErrorWindowMs;
    store.transaction(() => {
      for (const report of this.waiting.values()) {
        if (clock.now() - report.since >= window) this.report(report);
      }
    });
    if (this.waiting.size === 0) return;
    const first = Math.min(...this.waiting.values().map(({ since }) => since));
    const wait = Math.max(1, first + window - clock.now());
    this.timer = setTimeout(() => this.wake(), Math.min(wait, MAX_WAIT_MS));
    this.timer.unref();
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private report({ meter, since, errors }: WaitingReport): void {
    const samples = this.parts.settings.values.meterErrorSamples;
    this.waiting.delete(meter);
    this.parts.thinLog.meterErrors('v1.billing.meter.error_report_triggered', {
      meterId: meter,
      errors,
      since,
      samples,
    });
  }
}
