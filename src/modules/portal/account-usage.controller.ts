import { Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '../../platform/http/openapi.js';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import type { Principal } from '../../platform/identity/principal.js';
import { ApiTokenProblems, CurrentPrincipal, RequiresScope } from '../auth/index.js';
import { UsageHistory } from '../meters/index.js';
import { LimitedByAccount } from './account-limit.decorator.js';
import { describeUsage, UsageDto, UsageQueryDto } from './account-usage.dto.js';
import { OwnController } from '../../platform/http/own-routes.js';

@ApiTags('Your account')
@ApiBearerAuth()
@ApiTokenProblems()
@LimitedByAccount()
@ApiProblems({
  database_unavailable: 'The database is not available.',
})
@OwnController('account', 'account/usage')
export class AccountUsageController {
  constructor(private readonly history: UsageHistory) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Get your usage',
    description:
      'For each billed meter: the current and previous billing period, and a series by hour, day or period. Updated within seconds of a call. Also available while the subscription is not active.',
  })
  @ApiOkResponse({ type: UsageDto })
  @ApiProblems({ validation_failed: 'A field is malformed, or the range is too long; each is listed.' })
  async show(
    @CurrentPrincipal() principal: Principal,
    @Query() { granularity = 'day', from, to }: UsageQueryDto,
  ): Promise<UsageDto> {
    const { customerId, account } = principal;
    return describeUsage(
      await this.history.of(customerId, account.plan, { granularity, from: moment(from), to: moment(to) }),
    );
  }
}

const moment = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);
