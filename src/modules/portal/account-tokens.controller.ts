import { Body, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '../../platform/http/openapi.js';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { IdempotencyKey } from '../../platform/idempotency/idempotency-key.decorator.js';
import type { Principal } from '../../platform/identity/principal.js';
import { ApiTokenProblems, CurrentPrincipal, RequiresScope } from '../auth/index.js';
import { LimitedByAccount } from './account-limit.decorator.js';
import { IssuedTokenDto, IssueTokenDto, TokenListDto } from './account-tokens.dto.js';
import { AccountTokensService } from './account-tokens.service.js';
import { OwnController } from '../../platform/http/own-routes.js';

@ApiTags('Your account')
@ApiBearerAuth()
@ApiTokenProblems()
@LimitedByAccount()
@ApiProblems({
  database_unavailable: 'The database is not available.',
})
@OwnController('account', 'account/tokens')
export class AccountTokensController {
  constructor(private readonly tokens: AccountTokensService) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'List your tokens',
    description: 'Active tokens, newest first, without their values.',
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
      "For your own program or for an end user. Grant only the scopes it needs: a token that can only call the API can't issue other tokens if it leaks. To rotate, issue a new one before the old one expires; both work.",
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Repeating the request under it returns the same token for 24 hours.',
  })
  @ApiCreatedResponse({ type: IssuedTokenDto })
  @ApiProblems({
    validation_failed: 'A field is missing, malformed or unknown; each is listed.',
    too_many_tokens: 'The account has the maximum number of tokens.',
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
    description: 'It stops working within a second. You can also revoke the token you use.',
  })
  @ApiNoContentResponse({ description: 'The token is revoked.' })
  @ApiProblems({ not_found: 'No token of the account has this ID.' })
  async revoke(@CurrentPrincipal() principal: Principal, @Param('jti') jti: string): Promise<void> {
    await this.tokens.revoke(principal, jti);
  }
}
