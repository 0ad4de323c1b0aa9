import { startTwin, type RunningTwin, type StartOptions } from '@farebox/twin-kit';
import { buildStripeTwin, type StripeTwinOptions } from './build-stripe-twin.js';

export * from './constants.js';
export type { RunningTwin };

export type StartStripeTwinOptions = StartOptions & Pick<StripeTwinOptions, 'clock'>;

/** Starts the emulator in this process: `new Stripe('sk_test_any', { host, port, protocol: 'http' })` then talks to it. */
export function startStripeTwin({ clock, ...options }: StartStripeTwinOptions = {}): Promise<RunningTwin> {
  return startTwin(
    ({ dataDir }) => buildStripeTwin({ dataDir, ...(clock === undefined ? {} : { clock }) }),
    options,
  );
}
