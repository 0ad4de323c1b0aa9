import { Get, Headers } from '@nestjs/common';
import { ApiExcludeController } from '../http/openapi.js';
import { Settings } from '../config/settings.js';
import { FareboxError } from '../errors/farebox-error.js';
import { Public } from '../identity/public.decorator.js';
import { bearerOf, secretMatcher } from '../identity/secret-matcher.js';
import { Metrics } from './metrics.js';
import { CurrentExchange, type Exchange } from '../http/exchange.js';
import { OwnController } from '../http/own-routes.js';

@ApiExcludeController()
@Public()
@OwnController('health')
export class MetricsController {
  private readonly isToken: ((text: string) => boolean) | undefined;

  constructor(
    private readonly metrics: Metrics,
    private readonly settings: Settings,
  ) {
    const token = settings.get('METRICS_TOKEN');
    this.isToken = token === undefined ? undefined : secretMatcher(token);
  }

  @Get('metrics')
  async read(
    @Headers('authorization') authorization: string | undefined,
    @CurrentExchange() exchange: Exchange,
  ): Promise<string> {
    this.assertAllowed(bearerOf(authorization));
    exchange.response.setHeader('content-type', this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }

  /** @throws {FareboxError} `token_missing`, `token_invalid`; `forbidden` with a live key and nothing set */
  private assertAllowed(token: string | undefined): void {
    if (this.isToken === undefined) {
      if (!this.settings.live || this.settings.get('METRICS_PORT') !== undefined) return;
      throw new FareboxError(
        'forbidden',
        'With a live key of Stripe, metrics need METRICS_TOKEN, sent as "Authorization: Bearer", or METRICS_PORT.',
      );
    }
    if (token === undefined)
      throw new FareboxError('token_missing', 'Send METRICS_TOKEN as "Authorization: Bearer".');
    if (!this.isToken(token)) throw new FareboxError('token_invalid', 'This is not METRICS_TOKEN.');
  }
}
