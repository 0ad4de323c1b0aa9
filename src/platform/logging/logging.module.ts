import { Global, Module } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Log } from './logger.js';

@Global()
@Module({
  providers: [
    {
      provide: Log,
      useFactory: (settings: Settings) => Log.create(settings.get('LOG_LEVEL')),
      inject: [Settings],
    },
  ],
  exports: [Log],
})
export class LoggingModule {}
