import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../platform/clock/clock.js';
import { Settings } from '../../platform/config/settings.js';
import type { Exchange } from '../../platform/http/exchange.js';
import { HandlerMetadata } from '../../platform/identity/handler-metadata.js';
import { assertMayCall } from '../accounts/index.js';
import { CardAllowance } from './allowance/card-allowance.js';
import { Ledger } from './ledger/ledger.js';
import { MeteredCall } from './metered-call.js';
import { MONETIZED, type MonetizedOptions } from './monetized.options.js';

/** Lets customers in good standing through to a paid route, as long as calls can be recorded. Runs after the auth guard, which is global. */
@Injectable()
export class PaidRouteGuard implements CanActivate {
  private readonly graceMs: number;
  private readonly options: HandlerMetadata<MonetizedOptions>;

  constructor(
    private readonly ledger: Ledger,
    private readonly allowance: CardAllowance,
    private readonly clock: Clock,
    settings: Settings,
    reflector: Reflector,
  ) {
    this.graceMs = settings.get('PAST_DUE_GRACE');
    this.options = new HandlerMetadata(reflector, MONETIZED);
  }

  /** @throws {SubscriptionInactiveError} {SubscriptionChangingError} {CardRequiredError} {LedgerUnavailableError} */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { exchange } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!exchange.principal)
      throw new Error('@Monetized() was put on a @Public() route: a paid route needs to know who calls');
    assertMayCall(exchange.principal.account, this.clock.ms(), this.graceMs);
    this.ledger.assertAccepting();
    const admitted = this.allowance.admit(exchange.principal.account, exchange.startedAt);
    // What is refused is no call of the ledger: it becomes one when it was let through.
    if (admitted === true) return this.meter(context, exchange);
    return admitted.then(() => this.meter(context, exchange));
  }

  private meter(context: ExecutionContext, exchange: Exchange): true {
    exchange.metered = new MeteredCall(this.options.of(context)?.recordBodies === true);
    return true;
  }
}
