import { Controller, Get, Header } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '../../platform/http/openapi.js';
import { ApiTokenProblems } from '../auth/index.js';
import { Monetized } from '../ledger/index.js';

/** The paid endpoint of the example. Put yours beside it. */
@ApiTags('The paid API')
@ApiBearerAuth()
@ApiTokenProblems()
@Monetized()
@Controller('test-service')
export class TestServiceController {
  @Get()
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiOperation({
    summary: 'Call the example endpoint',
    description: 'Requires an access token and an active subscription.',
  })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string', example: 'this is a response' } } } })
  answer(): string {
    return 'this is a response';
  }
}
