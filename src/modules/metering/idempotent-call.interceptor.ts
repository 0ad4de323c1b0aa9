import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Observable, of } from 'rxjs';
import '../../platform/http/exchange.js';
import { fingerprint } from '../../platform/idempotency/fingerprint.js';
import { readIdempotencyKey } from '../../platform/idempotency/idempotency-key.decorator.js';
import {
  IdempotencyKeyInUseError,
  IdempotencyKeyReusedError,
} from '../../platform/idempotency/idempotency-errors.js';
import { CallKeys } from './call-keys.js';
import type { MeteredCall } from './metered-call.js';

/**
 * A metered call with an `Idempotency-Key`: takes the key before the handler runs, or has the answer of the call that
 * held it given again.
 */
@Injectable()
export class IdempotentCallInterceptor implements NestInterceptor {
  constructor(private readonly keys: CallKeys) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { exchange } = request;
    if (request.headers['idempotency-key'] === undefined || !exchange.metered) return next.handle();
    try {
      const key = readIdempotencyKey(request) ?? '';
      return (await this.take(request, exchange.metered, key)) ? next.handle() : of(undefined);
    } catch (error) {
      // Refused for its key: it was not made, so it is not a call to be paid.
      delete exchange.metered;
      throw error;
    }
  }

  /**
   * The keys of each end user are their own: two may choose the same. A blank is in no key that is sent.
   * @returns whether the handler is to run.
   */
  private async take(request: FastifyRequest, metered: MeteredCall, name: string): Promise<boolean> {
    const { method, url, body } = request;
    const { principal } = request.exchange;
    const key = principal?.role === 'end_user' ? `${principal.user} ${name}` : name;
    const held = await this.keys.claim({
      customerId: principal?.account.customerId ?? '',
      key,
      fingerprint: fingerprint({ method, url, body: Buffer.isBuffer(body) ? body.toString('base64') : body }),
      callId: request.id,
    });
    switch (held.state) {
      case 'claimed':
        metered.key = { key, fingerprint: held.fingerprint };
        return true;
      case 'answered':
        metered.replay = held;
        return false;
      case 'in_use':
        throw new IdempotencyKeyInUseError();
      case 'other_request':
        throw new IdempotencyKeyReusedError();
    }
  }
}
