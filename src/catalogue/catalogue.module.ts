import { Global, Module } from '@nestjs/common';
import { Settings } from '../platform/config/settings.js';
import { Log } from '../platform/logging/logger.js';
import { Catalogue, catalogueForPrice } from './catalogue.js';
import { loadCatalogue } from './parse-catalogue.js';

function provideCatalogue(settings: Settings, log: Log): Catalogue {
  const source = settings.planSource;
  if ('priceId' in source) {
    log
      .named('catalogue')
      .info(
        'STRIPE_PRICE_KEY rules: one plan, "default", and a meter that counts every paid call answered with 2xx.',
      );
    return catalogueForPrice(source.priceId);
  }
  if (settings.get('STRIPE_PRICE_KEY') !== undefined) {
    log
      .named('catalogue')
      .warn(
        'Both CATALOG and STRIPE_PRICE_KEY are set: the catalogue file rules, STRIPE_PRICE_KEY is not used.',
      );
  }
  return loadCatalogue(source.file);
}

/** What is offered: from the catalogue file, or from STRIPE_PRICE_KEY. A catalogue that cannot be used stops the start. */
@Global()
@Module({
  providers: [{ provide: Catalogue, useFactory: provideCatalogue, inject: [Settings, Log] }],
  exports: [Catalogue],
})
export class CatalogueModule {}
