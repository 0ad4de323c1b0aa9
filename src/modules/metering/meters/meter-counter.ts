import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { aggregationOf } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { MeterDirectory } from './meter-directory.js';
import type { CountedMeter } from './counted-meter.js';
import { countPass, FULL_PASS } from './meter-pass.js';
import { carryIntoNewPeriods } from './meter-totals.js';
import { resumeWaiting } from './waiting-calls.js';

/** Counts on a connection that it is given: for the loop of the application, and for commands. */
@Injectable()
export class MeterCounter {
  constructor(
    private readonly directory: MeterDirectory,
    private readonly clock: Clock,
  ) {}

  /** One pass. @returns how many calls it looked at; 0 as well while a meter is missing at the provider. */
  async pass(client: pg.ClientBase): Promise<number> {
    const meters = await this.directory.meters();
    return meters === undefined ? 0 : countPass(client, meters, 'leave');
  }

  /**
   * Counts everything that is in the ledger by now and has a billing period, and gives new periods what is carried into
   * them. What comes meanwhile is for later: where calls never cease, there is always more.
   * @returns the meters; `undefined` while one is missing at the provider.
   */
  async catchUp(client: pg.ClientBase): Promise<readonly CountedMeter[] | undefined> {
    const meters = await this.directory.meters();
    if (meters === undefined) return undefined;
    let resumed: number;
    do {
      // Before it is counted: what the loop of the application gives back meanwhile is a line then, and no longer waits.
      resumed = await resumeWaiting(client);
      while ((await countPass(client, meters, 'wait')) >= FULL_PASS);
    } while (resumed > 0);
    for (const meter of meters)
      if (aggregationOf(meter.definition).carried) await carryIntoNewPeriods(client, meter, this.clock.now());
    return meters;
  }
}
