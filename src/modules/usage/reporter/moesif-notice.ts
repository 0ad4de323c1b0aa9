import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Catalog } from '../../../catalog/index.js';
import { Settings } from '../../../platform/config/settings.js';
import { Log } from '../../../platform/logging/logger.js';
import { Role } from '../../../platform/lifecycle/role.js';

/** Logs at start the setup that Moesif requires for the prices, when Moesif reports usage. */
@Injectable()
export class MoesifNotice implements OnApplicationBootstrap {
  private readonly log: Log;

  constructor(
    private readonly catalog: Catalog,
    private readonly settings: Settings,
    private readonly role: Role,
    log: Log,
  ) {
    this.log = log.named('usage');
  }

  onApplicationBootstrap(): void {
    if (!this.role.runs('everywhere') || this.settings.get('USAGE_REPORTER') !== 'moesif') return;
    this.log.info(
      'Moesif reports usage: create a billing meter in Moesif for each of these prices. Each must be metered at Stripe, on an active meter with the formula "sum"; usage cannot be reported for a price without a meter. Check them with: farebox doctor.',
      { prices: pricesForMoesif(this.catalog) },
    );
    // Its page: "Moesif supports Stripe usage records … make sure you use usage records"; Stripe removed those in 2025.
    this.log.warn(
      'USAGE_REPORTER=moesif is not recommended: Moesif documents that it reports Stripe usage records, which Stripe removed in 2025; nothing says that it reports to Stripe meters. Usage may never reach an invoice. Check a meter total in Stripe after a call, or set USAGE_REPORTER=stripe.',
    );
    if (this.settings.get('MOESIF_APPLICATION_ID') === undefined)
      this.log.error(
        'USAGE_REPORTER=moesif without MOESIF_APPLICATION_ID: usage is not reported, and nothing is billed.',
      );
  }
}

/** Each price with the meter that it reads, by their names at Stripe. */
export function pricesForMoesif({ plans, meters }: Catalog): string[] {
  return plans.map(({ id, price }) => {
    const eventName = meters.find(({ name }) => name === price.meter)?.eventName;
    const named = 'stripePriceId' in price ? price.stripePriceId : price.lookupKey;
    return `${named} (plan ${id}), ${eventName == null ? 'its own meter' : `meter ${eventName}`}`;
  });
}
