import type { Readable } from 'node:stream';
import { Controller, Get, Header, Param, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import type { Principal } from '../../platform/identity/principal.js';
import { ApiTokenProblems, CurrentPrincipal, RequiresScope } from '../auth/index.js';
import { LimitedByAccount } from './account-limit.decorator.js';
import { CallPageDto, CallsQueryDto } from './account-calls.dto.js';
import { InvoicePageDto, InvoicePreviewDto, InvoicesQueryDto } from './account-invoices.dto.js';
import { AccountInvoicesService } from './account-invoices.service.js';
import { answerCalls } from './answer-calls.js';
import { CallExports } from './call-exports.js';
import { InvoicePreviewService } from './invoice-preview.service.js';

@ApiTags('Your account')
@ApiBearerAuth()
@ApiTokenProblems()
@LimitedByAccount()
@ApiExtraModels(CallPageDto)
@ApiProblems({
  database_unavailable: 'The database is away.',
  billing_unavailable: 'Stripe is away.',
})
@Controller('account')
export class AccountInvoicesController {
  constructor(
    private readonly preview: InvoicePreviewService,
    private readonly invoices: AccountInvoicesService,
    private readonly exports: CallExports,
  ) {}

  @Get('invoice-preview')
  @RequiresScope('read')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'What this period costs so far',
    description:
      'As Stripe would bill it now, and beside it by our own count. While Stripe is away, our own reckoning alone, and `stripe` says so.',
  })
  @ApiOkResponse({ type: InvoicePreviewDto })
  showPreview(@CurrentPrincipal() principal: Principal): Promise<InvoicePreviewDto> {
    return this.preview.show(principal);
  }

  @Get('invoices')
  @RequiresScope('read')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Your invoices', description: 'Newest first, with their lines.' })
  @ApiOkResponse({ type: InvoicePageDto })
  @ApiProblems({ validation_failed: 'A part of the query is malformed or unknown; each is named.' })
  list(@CurrentPrincipal() principal: Principal, @Query() query: InvoicesQueryDto): Promise<InvoicePageDto> {
    return this.invoices.list(principal, query);
  }

  @Get('invoices/:id/lines/:line/calls')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'The calls behind a line of an invoice',
    description:
      'The very calls that its meter counted in the period of the line, as in `GET /account/calls`. The tiers of a graduated price, and the lines of one meter and period in general, share their calls.',
  })
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: getSchemaPath(CallPageDto) } },
      'text/csv': { schema: { type: 'string' } },
    },
  })
  @ApiProblems({
    validation_failed: 'A part of the query is malformed or unknown; each is named.',
    not_found: 'None of your invoices has such a line that is billed by use.',
    busy: 'Too many exports are running.',
  })
  async calls(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Param('line') line: string,
    @Query() query: CallsQueryDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CallPageDto | Readable | string> {
    const source = await this.invoices.callsBehind(principal, id, line);
    const { exports } = this;
    return answerCalls(source, query, { exports, request, reply });
  }
}
