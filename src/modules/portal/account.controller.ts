import { Body, Get, HttpCode, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '../../platform/http/openapi.js';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { IdempotencyKey } from '../../platform/idempotency/idempotency-key.decorator.js';
import type { Principal } from '../../platform/identity/principal.js';
import { ApiTokenProblems, CurrentPrincipal, RequiresScope } from '../auth/index.js';
import { LimitedByAccount } from './account-limit.decorator.js';
import { AccountDto, CancelDto, ChangePlanDto } from './account.dto.js';
import { AccountService } from './account.service.js';
import { OwnController } from '../../platform/http/own-routes.js';

const KEY = {
  name: 'Idempotency-Key',
  required: false,
  description:
    'Repeating the request under it returns the same response for 24 hours without another change.',
};
const CHANGE_PROBLEMS = {
  validation_failed: 'A field is missing, malformed or unknown; each is listed.',
  change_refused:
    'The change must wait for the end of the period, Stripe does not allow it, or the payment was declined. Nothing was changed.',
  idempotency_key_reused: 'The Idempotency-Key was used for another request.',
  billing_unavailable:
    'Stripe is not available. The change is kept and will be made; the same request continues it.',
};

@ApiTags('Your account')
@ApiBearerAuth()
@ApiTokenProblems()
@LimitedByAccount()
@ApiProblems({
  database_unavailable: 'The database is not available.',
})
@OwnController('account', 'account')
export class AccountController {
  constructor(private readonly account: AccountService) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Get your plan and subscription',
    description: 'Also available while the subscription is not active.',
  })
  @ApiOkResponse({ type: AccountDto })
  show(@CurrentPrincipal() principal: Principal): Promise<AccountDto> {
    return this.account.show(principal);
  }

  @Post('plan')
  @RequiresScope('manage')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Change the plan',
    description:
      'For all of your tokens: an upgrade takes effect immediately, any other change when the billing period ends (`pendingChange`). Usage so far is billed at the former price. Choosing a plan cancels a scheduled change or cancellation.',
  })
  @ApiHeader(KEY)
  @ApiOkResponse({ type: AccountDto })
  @ApiProblems({
    ...CHANGE_PROBLEMS,
    subscription_inactive: 'The subscription has not started, or has ended.',
  })
  changePlan(
    @CurrentPrincipal() principal: Principal,
    @Body() change: ChangePlanDto,
    @IdempotencyKey() idempotencyKey?: string,
  ): Promise<AccountDto> {
    return this.account.changePlan(principal, change, idempotencyKey);
  }

  @Post('plan/cancel-change')
  @RequiresScope('manage')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Keep the current plan',
    description: 'Cancels a scheduled change of plan. Without one, nothing is changed.',
  })
  @ApiHeader(KEY)
  @ApiOkResponse({ type: AccountDto })
  @ApiProblems(CHANGE_PROBLEMS)
  keepPlan(
    @CurrentPrincipal() principal: Principal,
    @IdempotencyKey() idempotencyKey?: string,
  ): Promise<AccountDto> {
    return this.account.keepPlan(principal, idempotencyKey);
  }

  @Post('resume')
  @RequiresScope('manage')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Keep the subscription',
    description: 'Reverts a scheduled cancellation. Without one, nothing is changed.',
  })
  @ApiHeader(KEY)
  @ApiOkResponse({ type: AccountDto })
  @ApiProblems({
    ...CHANGE_PROBLEMS,
    subscription_inactive: 'The subscription has not started, or has ended.',
  })
  resume(
    @CurrentPrincipal() principal: Principal,
    @IdempotencyKey() idempotencyKey?: string,
  ): Promise<AccountDto> {
    return this.account.resume(principal, idempotencyKey);
  }

  @Post('cancel')
  @RequiresScope('manage')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cancel the subscription',
    description: 'Immediately, with a final invoice for usage so far; or at the end of the period.',
  })
  @ApiHeader(KEY)
  @ApiOkResponse({ type: AccountDto })
  @ApiProblems(CHANGE_PROBLEMS)
  cancel(
    @CurrentPrincipal() principal: Principal,
    @Body() { at }: CancelDto,
    @IdempotencyKey() idempotencyKey?: string,
  ): Promise<AccountDto> {
    return this.account.cancel(principal, at ?? 'now', idempotencyKey);
  }
}
