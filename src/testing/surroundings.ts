import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FareboxOptions } from '../farebox-options.js';
import {
  type EmbeddedPostgres,
  ensureEmbeddedPostgres,
} from '../platform/embedded-postgres/embedded-postgres.js';
import { TestingClock } from './testing-clock.js';

interface RunningEmulator {
  url: string;
  stop(): Promise<unknown>;
}

interface EmulatorPackage {
  [start: string]: (options: object) => Promise<RunningEmulator>;
}

/** What runs beside an application under test: the emulators of Stripe and Moesif, and a PostgreSQL of its own. */
export class Surroundings {
  private constructor(
    readonly clock: TestingClock,
    readonly stripe: RunningEmulator,
    readonly moesif: RunningEmulator,
    private readonly postgres: EmbeddedPostgres,
    private readonly home: string,
  ) {}

  /** @throws {Error} naming the package to install, when an emulator is not there. */
  static async start(): Promise<Surroundings> {
    const home = mkdtempSync(join(tmpdir(), 'farebox-testing-'));
    const clock = new TestingClock();
    const [stripe, moesif, postgres] = await Promise.all([
      emulator('@farebox/stripe-twin', 'startStripeTwin', { clock: { now: () => clock.ms() } }),
      emulator('@farebox/moesif-twin', 'startMoesifTwin', {}),
      ensureEmbeddedPostgres({ home, durable: false, removeWhenStopped: true }),
    ]);
    return new Surroundings(clock, stripe, moesif, postgres, home);
  }

  /** The options of an application that is to use them; those of the test have precedence. */
  optionsFor(given: Partial<FareboxOptions>): FareboxOptions {
    return {
      stripe: { key: 'sk_test_of_farebox_testing', apiBase: this.stripe.url },
      moesif: {
        applicationId: 'application-id-of-farebox-testing-'.padEnd(60, '0'),
        baseUri: this.moesif.url,
      },
      tokenSecret: randomBytes(48).toString('base64'),
      database: { url: this.postgres.connectionString },
      ...given,
      settings: { FAREBOX_HOME: this.home, LOG_LEVEL: 'error', REPORT_INTERVAL: '1h', ...given.settings },
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.stripe.stop(), this.moesif.stop()]);
    // It ends, with its folder, once the application has left it.
    this.postgres.release();
  }
}

async function emulator(name: string, start: string, options: object): Promise<RunningEmulator> {
  const module = (await import(name).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
    throw new Error(`farebox/testing needs ${name}: npm install --save-dev ${name}`);
  })) as EmulatorPackage;
  const begin = module[start];
  if (!begin) throw new Error(`${name} has no ${start}: its version does not fit that of farebox`);
  return begin(options);
}
