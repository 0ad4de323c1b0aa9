import { Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '../../platform/http/openapi.js';
import { FareboxError, InvalidFieldsError } from '../../platform/errors/farebox-error.js';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { isId } from '../../platform/ids/ids.js';
import { AccountDirectory } from '../accounts/index.js';
import { AccountProfileDto } from './account-profile.dto.js';
import { AccountEntriesDto, AccountsQueryDto } from './accounts.dto.js';
import { AccountProfiles } from './account-profiles.js';
import { OperatorRoutes } from './operator-routes.decorator.js';

const DEFAULT_LIMIT = 50;

@OperatorRoutes('accounts')
export class OperatorAccountsController {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly profiles: AccountProfiles,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List or search accounts', description: 'Newest first.' })
  @ApiOkResponse({ type: AccountEntriesDto })
  @ApiProblems({ validation_failed: 'A query parameter is malformed or unknown; each is listed.' })
  async list(@Query() { q, cursor, limit }: AccountsQueryDto): Promise<AccountEntriesDto> {
    if (cursor !== undefined && !isId(cursor))
      throw new InvalidFieldsError([{ field: 'cursor', message: 'must be the nextCursor of a page' }]);
    const page = await this.directory.page(q ?? '', {
      limit: limit ?? DEFAULT_LIMIT,
      ...(cursor === undefined ? {} : { before: cursor.toLowerCase() }),
    });
    return {
      accounts: page.accounts.map(({ accountId: _accountId, ...entry }) => entry),
      nextCursor: page.next,
    };
  }

  @Get(':customerId')
  @ApiOperation({
    summary: 'Get account details',
    description: 'The Stripe customer ID.',
  })
  @ApiOkResponse({ type: AccountProfileDto })
  async show(@Param('customerId') customerId: string): Promise<AccountProfileDto> {
    const profile = await this.profiles.of(customerId);
    if (!profile) throw new FareboxError('not_found', 'No account has this customer.');
    return profile;
  }
}
