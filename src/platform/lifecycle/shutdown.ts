import { Injectable } from '@nestjs/common';
import { Log } from '../logging/logger.js';

type Step = () => Promise<void>;

/**
 * The order of the shutdown: first the process stops taking requests and finishes those in flight (the HTTP server),
 * then `beforeDrain` (loops and timers stop), then `drain` (queued work is flushed), and only then `release` (the
 * database is closed). A step that fails is logged, and the next one runs.
 */
@Injectable()
export class Shutdown {
  private readonly steps: Record<'beforeDrain' | 'drain' | 'release', Step[]> = {
    beforeDrain: [],
    drain: [],
    release: [],
  };
  private running: Promise<void> | undefined;
  private begun = false;

  constructor(private readonly log: Log) {}

  /** True from the moment the process was asked to end: the readiness check fails. */
  get inProgress(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }

  beforeDrain(step: Step): void {
    this.steps.beforeDrain.push(step);
  }

  drain(step: Step): void {
    this.steps.drain.push(step);
  }

  release(step: Step): void {
    this.steps.release.push(step);
  }

  /** Runs all steps once; called when the HTTP server has finished. */
  run(): Promise<void> {
    this.running ??= this.runSteps();
    return this.running;
  }

  private async runSteps(): Promise<void> {
    this.begun = true;
    for (const phase of ['beforeDrain', 'drain', 'release'] as const) {
      const results = await Promise.allSettled(this.steps[phase].map((step) => step()));
      for (const result of results) {
        if (result.status === 'rejected')
          this.log.error('A step of the shutdown failed.', { phase }, result.reason);
      }
    }
  }
}
