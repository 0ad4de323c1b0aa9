import { type CanActivate, type ExecutionContext, Injectable, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { Reflector } from '@nestjs/core';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
import { type Exchange, exchangeOf } from '../../../platform/http/exchange.js';
import { assertReadable } from '../../../platform/http/readable-request.js';
import type { RouteLimits } from '../../../platform/http/route-limits.js';
import { Authentication } from '../../../platform/identity/authentication.js';
import { HandlerMetadata } from '../../../platform/identity/handler-metadata.js';
import type { Principal } from '../../../platform/identity/principal.js';
import { assertMayCall } from '../../accounts/index.js';
import { CardAllowance } from '../allowance/card-allowance.js';
import { CallRecording } from '../recording/call-recording.js';
import { Ledger } from '../writing/ledger.js';

export interface MonetizedOptions extends RouteLimits {
  /**
   * Keeps the JSON bodies of request and answer for analytics: masked, and left out when longer than 8 KiB. Off unless a
   * route sets it.
   */
  recordBodies?: boolean;
}

/** The key of the options in the metadata of a controller or a handler. */
export const MONETIZED = 'farebox:monetized';

/** Admits customers in good standing while calls can be recorded. Runs after the other guards of a route. */
@Injectable()
export class PaidRouteGuard implements CanActivate {
  private readonly graceMs: number;
  private readonly options: HandlerMetadata<MonetizedOptions>;
  private readonly methods: HandlerMetadata<RequestMethod>;

  constructor(
    private readonly ledger: Ledger,
    private readonly allowance: CardAllowance,
    private readonly recording: CallRecording,
    private readonly clock: Clock,
    private readonly authentication: Authentication,
    settings: Settings,
    reflector: Reflector,
  ) {
    this.graceMs = settings.get('PAST_DUE_GRACE');
    this.options = new HandlerMetadata(reflector, MONETIZED);
    this.methods = new HandlerMetadata(reflector, METHOD_METADATA);
  }

  /**
   * @throws what `Authentication.identify` does; {SubscriptionInactiveError} {SubscriptionChangingError} {CardRequiredError} {LedgerUnavailableError}
   * {FareboxError} `method_not_allowed`, `malformed_request`
   */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const exchange = exchangeOf(context);
    assertReadable(exchange);
    if (exchange.method === 'HEAD') this.assertOffersHead(context, exchange);
    // @Monetized() may stand on the controller and on the handler.
    if (exchange.paid) return true;
    if (exchange.principal) return this.admitCaller(context, exchange, exchange.principal);
    return this.identify(context, exchange);
  }

  /** Guards of an application around us know its users, and not who pays. */
  private async identify(context: ExecutionContext, exchange: Exchange): Promise<boolean> {
    await this.authentication.identify(context);
    if (!exchange.principal) throw new Error('who calls was found out, and is not there');
    return this.admitCaller(context, exchange, exchange.principal);
  }

  private admitCaller(
    context: ExecutionContext,
    exchange: Exchange,
    { account }: Principal,
  ): boolean | Promise<boolean> {
    assertMayCall(account, this.clock.ms(), this.graceMs);
    this.ledger.assertAccepting();
    const admitted = this.allowance.admit(account, exchange.startedAt);
    // A refused request is no call of the ledger: it becomes one when it is admitted.
    if (admitted === true) return this.admit(context, exchange);
    return admitted.then(() => this.admit(context, exchange));
  }

  /** Both adapters send HEAD to the handler of GET, which would cost as much for an answer that is not read. */
  private assertOffersHead(context: ExecutionContext, { response }: Exchange): void {
    if (this.methods.of(context) !== RequestMethod.GET) return;
    response.setHeader('allow', 'GET');
    throw new FareboxError('method_not_allowed', 'This paid route has no HEAD. Send GET.');
  }

  private admit(context: ExecutionContext, exchange: Exchange): true | Promise<true> {
    const recordsBodies = this.options.of(context)?.recordBodies === true;
    if (exchange.headers['idempotency-key'] !== undefined) return this.admitKeyed(exchange, recordsBodies);
    exchange.paid = this.recording.admit(exchange, recordsBodies);
    return true;
  }

  /** Here and not in an interceptor: @Sse() begins its answer while interceptors work. */
  private async admitKeyed(exchange: Exchange, recordsBodies: boolean): Promise<true> {
    exchange.paid = await this.recording.admitKeyed(exchange, recordsBodies);
    return true;
  }
}
