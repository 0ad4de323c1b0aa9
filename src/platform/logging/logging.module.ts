import { Global, Module } from '@nestjs/common';
import pino from 'pino';
import { Settings } from '../config/settings.js';
import { Role } from '../lifecycle/role.js';
import { Log } from './logger.js';

@Global()
@Module({
  providers: [
    {
      provide: Log,
      // Standard output is for the output of a command.
      useFactory: (settings: Settings, role: Role) =>
        role.name === 'cli' ? Log.create('warn', pino.destination(2)) : Log.create(settings.get('LOG_LEVEL')),
      inject: [Settings, Role],
    },
  ],
  exports: [Log],
})
export class LoggingModule {}
