import { Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '../../../platform/http/openapi.js';
import { Settings } from '../../../platform/config/settings.js';
import { CurrentExchange, type Exchange } from '../../../platform/http/exchange.js';
import { OwnController } from '../../../platform/http/own-routes.js';
import { Public } from '../../auth/index.js';
import { policyWith } from './page-headers.js';
import { sendPageFile } from './page-files.js';

/** The customers' pages. */
@ApiExcludeController()
@Public()
@OwnController('portal')
export class PagesController {
  constructor(private readonly settings: Settings) {}

  @Get('dashboard')
  async dashboard(@CurrentExchange() exchange: Exchange, @Res() _answered: unknown): Promise<void> {
    await sendPageFile(exchange, 'dashboard.html');
  }

  /** Under a policy of its own where it embeds a pricing table from elsewhere. */
  @Get('pricing')
  async pricing(@CurrentExchange() exchange: Exchange, @Res() _answered: unknown): Promise<void> {
    const origin = this.pricingTableOrigin();
    const policy = origin === undefined ? {} : { 'content-security-policy': policyWith(origin) };
    await sendPageFile(exchange, 'pricing.html', policy);
  }

  /** The origin whose script and frame the page with the plans may load, where it shows a pricing table. */
  private pricingTableOrigin(): string | undefined {
    if (this.settings.get('STRIPE_PRICING_TABLE_ID') === undefined) return undefined;
    return new URL(this.settings.get('STRIPE_API_BASE') ?? 'https://js.stripe.com').origin;
  }
}
