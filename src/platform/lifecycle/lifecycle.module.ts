import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Shutdown } from './shutdown.js';

/** Nest calls `onApplicationShutdown` after the HTTP server has closed: the moment to run the steps, in our order. */
@Global()
@Module({ providers: [Shutdown], exports: [Shutdown] })
export class LifecycleModule implements OnApplicationShutdown {
  constructor(private readonly shutdown: Shutdown) {}

  async onApplicationShutdown(): Promise<void> {
    await this.shutdown.run();
  }
}
