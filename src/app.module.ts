import { Module } from '@nestjs/common';
import { APPLICATION_GLOBALS } from './application-globals.js';
import { FareboxModule } from './farebox.module.js';
import { optionsOf } from './farebox-options.js';
import { MonetizedApiModule } from './modules/monetized-api/index.js';
import { HomePageModule } from './modules/portal/index.js';
import { readSettings } from './platform/config/read-environment.js';

/** The reference application: Farebox by the settings of the environment, the page `/`, and the paid endpoints. */
@Module({
  imports: [
    FareboxModule.forRootAsync({ useFactory: () => optionsOf(readSettings()) }),
    HomePageModule,
    MonetizedApiModule,
  ],
  providers: APPLICATION_GLOBALS,
})
export class AppModule {}
