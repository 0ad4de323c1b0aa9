import { Global, type LoggerService, Module } from '@nestjs/common';
import pino from 'pino';
import { Settings } from '../config/settings.js';
import { Role } from '../lifecycle/role.js';
import { Log } from './logger.js';

/** Provides the `LoggerService` of an application around us, if it hands one in. */
export const LOGGER = Symbol('farebox.logger');

@Global()
@Module({
  providers: [
    {
      provide: Log,
      // Standard output is for the output of a command.
      useFactory: (settings: Settings, role: Role, logger?: LoggerService) => {
        const level = settings.get('LOG_LEVEL');
        if (role.name === 'cli') return Log.create('warn', pino.destination(2));
        return Log.create(level, logger && linesTo(logger));
      },
      inject: [Settings, Role, { token: LOGGER, optional: true }],
    },
  ],
  exports: [Log],
})
export class LoggingModule {}

const METHODS = { 10: 'verbose', 20: 'debug', 30: 'log', 40: 'warn', 50: 'error', 60: 'error' } as const;

/** Hands each line of our log to a logger of Nest: its message, its fields, and the part of Farebox that wrote it. */
function linesTo(logger: LoggerService): pino.DestinationStream {
  return {
    write: (line: string): void => {
      const { level, time: _, msg, context, ...fields } = JSON.parse(line) as Record<string, unknown>;
      const method = METHODS[level as keyof typeof METHODS] ?? 'log';
      const name = context === undefined ? 'Farebox' : `Farebox ${String(context)}`;
      const more = Object.keys(fields).length > 0 ? [fields] : [];
      (logger[method] ?? logger.log).call(logger, msg, ...more, name);
    },
  };
}
