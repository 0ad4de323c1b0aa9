import type { OnModuleInit } from '@nestjs/common';

/** A provider made by hand, registered with the others as Nest has it do. */
export function initialised<T extends OnModuleInit>(provider: T): T {
  void provider.onModuleInit();
  return provider;
}
