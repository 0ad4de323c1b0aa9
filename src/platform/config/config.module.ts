import { type DynamicModule, Module, type ModuleMetadata, type Provider } from '@nestjs/common';
import { readSettings } from './read-environment.js';
import { Settings } from './settings.js';

/** Gives every module the validated `Settings`. */
@Module({})
export class ConfigModule {
  /** Of the environment: for the command line, which stands beside the application. */
  static ofEnvironment(): DynamicModule {
    return this.of({ provide: Settings, useFactory: () => readSettings() });
  }

  /** @param settings provides `Settings`. @param from what it needs. */
  static of(settings: Provider, { imports = [], providers = [] }: ModuleMetadata = {}): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      imports,
      providers: [...providers, settings],
      exports: [settings, ...providers],
    };
  }
}
