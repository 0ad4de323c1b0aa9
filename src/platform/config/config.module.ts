import { Global, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, ConfigService, registerAs } from '@nestjs/config';
import { readSettings } from './read-environment.js';
import { Settings } from './settings.js';

const settings = registerAs('settings', () => readSettings());

/** Gives every module the validated `Settings`. The raw environment is not reachable through `ConfigService`. */
@Global()
@Module({
  imports: [
    NestConfigModule.forRoot({
      ignoreEnvFile: true,
      ignoreEnvVars: true,
      skipProcessEnv: true,
      load: [settings],
    }),
  ],
  providers: [
    {
      provide: Settings,
      useFactory: (config: ConfigService) => config.getOrThrow<Settings>('settings'),
      inject: [ConfigService],
    },
  ],
  exports: [Settings],
})
export class ConfigModule {}
