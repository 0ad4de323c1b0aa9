import { Injectable, type Type } from '@nestjs/common';
import { CONTROLLER_WATERMARK, METHOD_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { StartRefusedError } from '../../../platform/database/start-refused.error.js';
import { MONETIZED } from './paid-route.guard.js';

/** Metadata by which `@nestjs/microservices` knows its handlers, which may stand in a controller. */
const MESSAGE_PATTERN = 'microservices:pattern';

/**
 * Refuses the start when `@Monetized()` stands where no HTTP request is answered (gateways, resolvers, message handlers,
 * other providers): calls there would not be billed, or would all be refused.
 */
@Injectable()
export class OnlyRoutesArePaid {
  constructor(
    discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {
    for (const { metatype } of discovery.getProviders()) this.check(metatype as Type | null);
    for (const { metatype } of discovery.getControllers()) this.check(metatype as Type | null);
  }

  private check(type: Type | null): void {
    // Providers may be made by a function, which has no methods.
    const prototype = type?.prototype as Record<string, object> | undefined;
    if (!type || !prototype) return;
    const isController = Reflect.hasMetadata(CONTROLLER_WATERMARK, type);
    const onClass = Reflect.hasMetadata(MONETIZED, type);
    if (onClass && !isController) throw refusal(type.name);
    for (const name of this.scanner.getAllMethodNames(prototype)) {
      const handler = prototype[name];
      if (!handler || (isController && Reflect.hasMetadata(METHOD_METADATA, handler))) continue;
      if (
        Reflect.hasMetadata(MONETIZED, handler) ||
        (onClass && Reflect.hasMetadata(MESSAGE_PATTERN, handler))
      )
        throw refusal(`${type.name}.${name}`);
    }
  }
}

const refusal = (name: string): StartRefusedError =>
  new StartRefusedError(
    `${name} has @Monetized() but answers no HTTP request of a controller. WebSocket gateways, GraphQL resolvers and message handlers cannot be paid: remove @Monetized() there, and put it on a controller's method (@Get(), @Post(), …).`,
  );
