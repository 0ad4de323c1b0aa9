import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { IdempotencyKey } from '../../platform/idempotency/idempotency-key.decorator.js';
import type { Principal } from '../../platform/identity/principal.js';
import { ApiTokenProblems, CurrentPrincipal } from '../auth/index.js';
import { AccountDto, CancelDto, ChangePlanDto } from './account.dto.js';
import { AccountService } from './account.service.js';

const KEY = {
  name: 'Idempotency-Key',
  required: false,
  description: 'The same request under it gives the same answer for 24 hours, and changes nothing again.',
};
const CHANGE_PROBLEMS = {
  validation_failed: 'A field is missing, malformed or unknown; each is named.',
  change_refused: 'Stripe does not allow the change, or the payment was declined. Nothing was changed.',
  idempotency_key_reused: 'The Idempotency-Key was used for another request.',
  billing_unavailable: 'Stripe is away. The change is kept and will be made; the same request carries on.',
};

@ApiTags('Your account')
@ApiBearerAuth()
@ApiTokenProblems()
@ApiProblems({
  forbidden: 'The token was issued for an end user.',
  database_unavailable: 'The database is away.',
})
@Controller('account')
export class AccountController {
  constructor(private readonly account: AccountService) {}

  @Get()
  @ApiOperation({
    summary: 'Your plan and subscription',
    description: 'Also while the subscription is not active.',
  })
  @ApiOkResponse({ type: AccountDto })
  show(@CurrentPrincipal() principal: Principal): Promise<AccountDto> {
    return this.account.show(principal);
  }

  @Post('plan')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Change the plan',
    description: 'At once, for all of your tokens. What was used until now is billed at the price it had.',
  })
  @ApiHeader(KEY)
  @ApiOkResponse({ type: AccountDto })
  @ApiProblems({
    ...CHANGE_PROBLEMS,
    subscription_inactive: 'The subscription has not begun, or has ended.',
  })
  changePlan(
    @CurrentPrincipal() principal: Principal,
    @Body() { plan }: ChangePlanDto,
    @IdempotencyKey() idempotencyKey?: string,
  ): Promise<AccountDto> {
    return this.account.changePlan(principal, plan, idempotencyKey);
  }

  @Post('cancel')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cancel the subscription',
    description: 'At once, with a last invoice of what was used; or with the end of the period.',
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
