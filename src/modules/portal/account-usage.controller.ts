import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import type { Principal } from '../../platform/identity/principal.js';
import { ApiTokenProblems, CurrentPrincipal, RequiresScope } from '../auth/index.js';
import { UsageHistory } from '../metering/index.js';
import { LimitedByAccount } from './account-limit.decorator.js';
import { describeUsage, UsageDto, UsageQueryDto } from './account-usage.dto.js';

@ApiTags('Your account')
@ApiBearerAuth()
@ApiTokenProblems()
@LimitedByAccount()
@ApiProblems({
  database_unavailable: 'The database is away.',
})
@Controller('account/usage')
export class AccountUsageController {
  constructor(private readonly history: UsageHistory) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'What you have used',
    description:
      'By each meter that you are billed by: the current and the previous billing period, and a course of hours, days or periods. Within seconds of the calls. Also while the subscription is not active.',
  })
  @ApiOkResponse({ type: UsageDto })
  @ApiProblems({ validation_failed: 'A field is malformed, or the range is too long; each is named.' })
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
