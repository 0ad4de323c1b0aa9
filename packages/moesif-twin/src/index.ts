import { startTwin, type RunningTwin, type StartOptions } from '@farebox/twin-kit';
import { buildMoesifTwin, type MoesifTwinOptions } from './build-moesif-twin.js';

export * from './constants.js';
export type { RunningTwin };

export type StartMoesifTwinOptions = StartOptions & Pick<MoesifTwinOptions, 'limits'>;

/** Starts the emulator in this process: its `url` is the `baseUri` of moesif-nodejs and moesifapi. */
export function startMoesifTwin({ limits, ...options }: StartMoesifTwinOptions = {}): Promise<RunningTwin> {
  return startTwin(
    ({ dataDir }) => buildMoesifTwin({ dataDir, ...(limits === undefined ? {} : { limits }) }),
    options,
  );
}
