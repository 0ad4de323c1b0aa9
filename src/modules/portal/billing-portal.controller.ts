import { HttpCode, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
} from '../../platform/http/openapi.js';
import { CurrentExchange, type Exchange } from '../../platform/http/exchange.js';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import type { Principal } from '../../platform/identity/principal.js';
import { ApiTokenProblems, CurrentPrincipal, RequiresScope } from '../auth/index.js';
import { RequestBudget } from '../billing/index.js';
import { CustomerPortalGateway } from '../billing/ports/checkout-gateway.js';
import { PublicAddress } from '../../platform/http/public-address.js';
import { LimitedByAccount } from './account-limit.decorator.js';
import { OwnController } from '../../platform/http/own-routes.js';

class BillingPortalDto {
  @ApiProperty({
    description:
      'The provider’s portal for this customer, valid for a few minutes: redirect the browser there.',
    example: 'https://billing.stripe.com/p/session/…',
  })
  url!: string;
}

@ApiTags('Your account')
@ApiBearerAuth()
@ApiTokenProblems()
@LimitedByAccount()
@OwnController('account', 'account/billing-portal')
export class BillingPortalController {
  constructor(
    private readonly portal: CustomerPortalGateway,
    private readonly address: PublicAddress,
    private readonly budget: RequestBudget,
  ) {}

  @Post()
  @RequiresScope('manage')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Create a billing portal session',
    description: 'Stripe’s customer portal. Cancelling there takes effect at the end of the period.',
  })
  @ApiOkResponse({ type: BillingPortalDto })
  @ApiProblems({
    billing_unavailable: 'Stripe is not available.',
  })
  async open(
    @CurrentPrincipal() principal: Principal,
    @CurrentExchange() exchange: Exchange,
  ): Promise<BillingPortalDto> {
    this.budget.spend(principal.account.accountId);
    const base = this.address.baseFor(exchange, '/account/billing-portal');
    return { url: await this.portal.open(principal.account.customerId, `${base}/dashboard`) };
  }
}
