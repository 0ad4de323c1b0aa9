import { Injectable, type OnModuleInit, SetMetadata } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import {
  ACCOUNT_OPENED,
  ACCOUNT_RESUMED,
  ACCOUNT_STATE,
  ACCOUNT_SUSPENDED,
} from './modules/accounts/index.js';
import { INVOICE_RELEASED } from './modules/billing/index.js';
import { METER_ERRORS } from './modules/billing/ports/usage-sink.js';
import { type Topic, Topics } from './platform/topics/topics.js';

/**
 * What a class can listen to, and its message. A message says that something happened; read what is the case now where that
 * matters, as messages come at least once and in no guaranteed order.
 */
export interface FareboxEvents {
  /** There is a new account, or it has another customer. */
  'account.opened': { accountId: string; customerId: string };
  /** Its subscription, plan or payment method changed. */
  'account.changed': { accountId: string };
  /** Its subscription ended or was paused, or its customer was deleted: paid calls are refused. */
  'account.suspended': { accountId: string; customerId: string };
  /** Paid calls are answered again. */
  'account.resumed': { accountId: string; customerId: string };
  /** A draft invoice goes out. `complete` is false when Stripe does not show all of its usage: `farebox usage reconcile`. */
  'invoice.released': { invoiceId: string; customerId: string; complete: boolean };
  /** Stripe rejected usage that it had accepted: see `farebox doctor`. */
  'usage.rejected': { eventId: string; type: string };
}

const TOPICS: { readonly [E in keyof FareboxEvents]: Topic<FareboxEvents[E]> } = {
  'account.opened': ACCOUNT_OPENED,
  'account.changed': ACCOUNT_STATE,
  'account.suspended': ACCOUNT_SUSPENDED,
  'account.resumed': ACCOUNT_RESUMED,
  'invoice.released': INVOICE_RELEASED,
  'usage.rejected': METER_ERRORS,
};

interface Listening {
  event: keyof FareboxEvents;
  name: string | undefined;
}

const LISTENING = 'farebox:listening';

/**
 * Calls the method of a provider when that has happened, in one process: durably, at least once, again later when it throws.
 * @param options.name identifies the listener for ever: messages under a former name wait. By default its class and method.
 */
export const OnFarebox =
  <E extends keyof FareboxEvents>(event: E, { name }: { name?: string } = {}) =>
  <T extends (message: FareboxEvents[E]) => void | Promise<void>>(
    target: object,
    method: string | symbol,
    descriptor: TypedPropertyDescriptor<T>,
  ): void => {
    if (!Object.hasOwn(TOPICS, event))
      throw new TypeError(
        `@OnFarebox('${String(event)}'): there is no such event. These are: ${Object.keys(TOPICS).join(', ')}.`,
      );
    SetMetadata(LISTENING, { event, name } satisfies Listening)(target, method, descriptor);
  };

/** Subscribes the methods with `@OnFarebox()`. */
@Injectable()
export class FareboxListeners implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly topics: Topics,
  ) {}

  onModuleInit(): void {
    for (const { instance } of this.discovery.getProviders()) {
      const prototype = instance && (Object.getPrototypeOf(instance) as object | null);
      if (!prototype) continue;
      for (const method of this.scanner.getAllMethodNames(prototype))
        this.subscribe(instance as object, method);
    }
  }

  private subscribe(instance: object, method: string): void {
    const handler = (instance as Record<string, ((message: object) => unknown) | undefined>)[method];
    const found = handler && this.reflector.get<Listening | undefined>(LISTENING, handler);
    if (!handler || !found) return;
    const name = found.name ?? `${instance.constructor.name}.${method}`;
    this.topics.subscribe<object>(TOPICS[found.event], `host.${name}`, async (message) => {
      await handler.call(instance, message);
    });
  }
}
