import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Role, type RoleName } from './role.js';
import { Shutdown } from './shutdown.js';

/** Nest calls `onApplicationShutdown` after the HTTP server has closed: the moment to run the steps, in our order. */
@Global()
@Module({ providers: [Shutdown], exports: [Shutdown] })
export class LifecycleModule implements OnApplicationShutdown {
  constructor(private readonly shutdown: Shutdown) {}

  /** @param role by default the setting `ROLE`. */
  static as(role?: RoleName): DynamicModule {
    return {
      module: LifecycleModule,
      providers: [
        {
          provide: Role,
          useFactory: (settings: Settings) => new Role(role ?? settings.get('ROLE')),
          inject: [Settings],
        },
      ],
      exports: [Role],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.shutdown.run();
  }
}
