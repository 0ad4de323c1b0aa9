import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { aggregationOf } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { type CountedMeter, MeterDirectory } from '../directory/meter-directory.js';
import { countPass, FULL_PASS } from './meter-pass.js';
import { carryIntoNewPeriods } from './meter-totals.js';
import { resumeWaiting } from './waiting-calls.js';

/** Counts on the caller's connection: for the loop of the application, and for commands. */
@Injectable()
export class MeterCounter {
  constructor(
    private readonly directory: MeterDirectory,
    private readonly clock: Clock,
  ) {}

  /** One pass. @returns the number of calls read; 0 as well while a meter is missing at the provider. */
  async pass(client: pg.ClientBase): Promise<number> {
    const meters = await this.directory.meters();
    return meters === undefined ? 0 : countPass(client, meters, 'leave');
  }

  /**
   * Counts everything in the ledger by now that has a billing period, and gives new periods their carried values. Calls
   * that arrive meanwhile wait for the next run: under constant load there are always more.
   * @returns the meters; `undefined` while one is missing at the provider.
   */
  async catchUp(client: pg.ClientBase): Promise<readonly CountedMeter[] | undefined> {
    const meters = await this.directory.meters();
    if (meters === undefined) return undefined;
    let resumed: number;
    do {
      // Before it is counted: calls that the application's loop gives back meanwhile become a line, and no longer wait.
      resumed = await resumeWaiting(client);
      while ((await countPass(client, meters, 'wait')) >= FULL_PASS);
    } while (resumed > 0);
    for (const meter of meters)
      if (aggregationOf(meter.definition).carried) await carryIntoNewPeriods(client, meter, this.clock.now());
    return meters;
  }
}
