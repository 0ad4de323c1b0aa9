import { Global, Module } from '@nestjs/common';
import { Settings } from '../platform/config/settings.js';
import { Log } from '../platform/logging/logger.js';
import { Catalog, catalogForPrice } from './catalog.js';
import { catalogOfContent, loadCatalog } from './parse-catalog.js';

function provideCatalog(settings: Settings, log: Log): Catalog {
  const source = settings.planSource;
  if ('content' in source) return catalogOfContent(source.content);
  if ('priceId' in source) {
    log
      .named('catalog')
      .info(
        'STRIPE_PRICE_KEY rules: one plan, "default", and a meter that counts every paid call answered with 2xx.',
      );
    return catalogForPrice(source.priceId);
  }
  if (settings.get('STRIPE_PRICE_KEY') !== undefined) {
    log
      .named('catalog')
      .warn(
        'Both CATALOG and STRIPE_PRICE_KEY are set: the catalog file rules, STRIPE_PRICE_KEY is not used.',
      );
  }
  return loadCatalog(source.file);
}

/** The offered plans: from the catalog file, or from STRIPE_PRICE_KEY. An invalid catalog stops the start. */
@Global()
@Module({
  providers: [{ provide: Catalog, useFactory: provideCatalog, inject: [Settings, Log] }],
  exports: [Catalog],
})
export class CatalogModule {}
