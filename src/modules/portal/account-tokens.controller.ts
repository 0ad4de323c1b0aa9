import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { IdempotencyKey } from '../../platform/idempotency/idempotency-key.decorator.js';
import type { Principal } from '../../platform/identity/principal.js';
import { ApiTokenProblems, CurrentPrincipal, RequiresScope } from '../auth/index.js';
import { LimitedByAccount } from './account-limit.decorator.js';
import { IssuedTokenDto, IssueTokenDto, TokenListDto } from './account-tokens.dto.js';
import { AccountTokensService } from './account-tokens.service.js';

@ApiTags('Your account')
@ApiBearerAuth()
@ApiTokenProblems()
@LimitedByAccount()
@ApiProblems({
  database_unavailable: 'The database is away.',
})
@Controller('account/tokens')
export class AccountTokensController {
  constructor(private readonly tokens: AccountTokensService) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'List your tokens',
    description: 'Those that work, newest first, without their value.',
  })
  @ApiOkResponse({ type: TokenListDto })
  async list(@CurrentPrincipal() principal: Principal): Promise<TokenListDto> {
    return { tokens: await this.tokens.all(principal) };
  }

  @Post()
  @RequiresScope('manage')
  @ApiOperation({
    summary: 'Issue a token',
    description:
      'For a program of yours, or for an end user. Give each the scopes that it needs: one that only calls cannot issue others when it leaks. Issue a new one before the old one expires: both work.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same request under it gives the same token for 24 hours.',
  })
  @ApiCreatedResponse({ type: IssuedTokenDto })
  @ApiProblems({
    validation_failed: 'A field is missing, malformed or unknown; each is named.',
    too_many_tokens: 'The account has as many tokens as it may.',
    idempotency_key_reused: 'The Idempotency-Key was used for another request.',
  })
  issue(
    @CurrentPrincipal() principal: Principal,
    @Body() order: IssueTokenDto,
    @IdempotencyKey() idempotencyKey?: string,
  ): Promise<IssuedTokenDto> {
    return this.tokens.issue(principal, order, idempotencyKey);
  }

  @Delete(':jti')
  @RequiresScope('manage')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Revoke a token',
    description: 'It stops working everywhere within a second. The one in use may be revoked too.',
  })
  @ApiNoContentResponse({ description: 'It is revoked.' })
  @ApiProblems({ not_found: 'You have no token with this id.' })
  async revoke(@CurrentPrincipal() principal: Principal, @Param('jti') jti: string): Promise<void> {
    await this.tokens.revoke(principal, jti);
  }
}
