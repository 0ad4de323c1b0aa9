import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { Catalog, type MeterDefinition } from '../../../catalog/index.js';
import { Database } from '../../../platform/database/database.js';
import { Log } from '../../../platform/logging/logger.js';
import { type ProviderMeter, UsageSink } from '../../billing/ports/usage-sink.js';
import { providerMeters } from '../meters.tables.js';

/** A meter of the catalog and its counterpart at the provider. */
export interface CountedMeter {
  definition: MeterDefinition;
  provider: ProviderMeter;
}

/** The provider's counterparts of the catalog's meters. Fetched once and stored, so that a start needs no request. */
@Injectable()
export class MeterDirectory {
  private readonly log: Log;
  private known: readonly CountedMeter[] | undefined;
  private complained = '';

  constructor(
    private readonly catalog: Catalog,
    private readonly database: Database,
    private readonly sink: UsageSink,
    log: Log,
  ) {
    this.log = log.named('meters');
  }

  /**
   * All meters of the catalog; `undefined` as long as one is missing at the provider: then nothing is counted, as its
   * calls would be skipped, and the calls stay in the ledger.
   * @throws {BillingUnavailableError} {DatabaseUnavailableError}
   */
  async meters(): Promise<readonly CountedMeter[] | undefined> {
    return (this.known ??= this.complete(await this.stored()) ?? (await this.ask()));
  }

  private async stored(): Promise<ProviderMeter[]> {
    return this.database.run((db) => db.select().from(providerMeters));
  }

  private async ask(): Promise<readonly CountedMeter[] | undefined> {
    const found = await this.sink.meters();
    await this.database.transaction(async (tx) => {
      for (const meter of found) {
        await tx.delete(providerMeters).where(eq(providerMeters.id, meter.id));
        await tx
          .insert(providerMeters)
          .values(meter)
          .onConflictDoUpdate({ target: providerMeters.name, set: meter });
      }
    });
    const missing = this.catalog.meters.filter(({ name }) => !found.some((meter) => meter.name === name));
    const said = missing.map(({ name }) => name).join(', ');
    if (said !== '' && said !== this.complained)
      this.log.error(
        'Meters of the catalog are missing at Stripe. Paid calls are recorded, but not metered until they exist. Run: npm run farebox -- catalog apply',
        { meters: said },
      );
    this.complained = said;
    return this.complete(found);
  }

  private complete(found: readonly ProviderMeter[]): readonly CountedMeter[] | undefined {
    const meters: CountedMeter[] = [];
    for (const definition of this.catalog.meters) {
      const provider = found.find(({ name }) => name === definition.name);
      if (!provider || (definition.eventName !== null && definition.eventName !== provider.eventName))
        return undefined;
      meters.push({ definition, provider });
    }
    return meters;
  }
}
