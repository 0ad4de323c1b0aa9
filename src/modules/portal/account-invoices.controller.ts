import { Get, Header, Param, Query, type StreamableFile } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '../../platform/http/openapi.js';
import { CurrentExchange, type Exchange } from '../../platform/http/exchange.js';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import type { Principal } from '../../platform/identity/principal.js';
import { ApiTokenProblems, CurrentPrincipal, RequiresScope } from '../auth/index.js';
import { LimitedByAccount } from './account-limit.decorator.js';
import { CallPageDto, CallsQueryDto } from './account-calls.dto.js';
import {
  InvoiceLinePageDto,
  InvoiceLinesQueryDto,
  InvoicePageDto,
  InvoicePreviewDto,
  InvoicesQueryDto,
} from './account-invoices.dto.js';
import { AccountInvoicesService } from './account-invoices.service.js';
import { answerCalls } from './answer-calls.js';
import { CallExports } from './call-exports.js';
import { InvoicePreviewService } from './invoice-preview.service.js';
import { OwnController } from '../../platform/http/own-routes.js';

@ApiTags('Your account')
@ApiBearerAuth()
@ApiTokenProblems()
@LimitedByAccount()
@ApiExtraModels(CallPageDto)
@ApiProblems({
  database_unavailable: 'The database is not available.',
  billing_unavailable: 'Stripe is not available.',
})
@OwnController('account', 'account')
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
    summary: 'Preview the upcoming invoice',
    description:
      'As Stripe would bill it now, and by our own meters. While Stripe is not available (see `stripe`), by our own meters only.',
  })
  @ApiOkResponse({ type: InvoicePreviewDto })
  showPreview(@CurrentPrincipal() principal: Principal): Promise<InvoicePreviewDto> {
    return this.preview.show(principal);
  }

  @Get('invoices')
  @RequiresScope('read')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'List your invoices', description: 'Newest first, with their lines.' })
  @ApiOkResponse({ type: InvoicePageDto })
  @ApiProblems({ validation_failed: 'A query parameter is malformed or unknown; each is listed.' })
  list(@CurrentPrincipal() principal: Principal, @Query() query: InvoicesQueryDto): Promise<InvoicePageDto> {
    return this.invoices.list(principal, query);
  }

  @Get('invoices/:id/lines')
  @RequiresScope('read')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'List the lines of an invoice', description: 'All of them, in order.' })
  @ApiOkResponse({ type: InvoiceLinePageDto })
  @ApiProblems({
    validation_failed: 'A query parameter is malformed or unknown; each is listed.',
    not_found: 'No such invoice of yours, or no such line on it.',
  })
  lines(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query() query: InvoiceLinesQueryDto,
  ): Promise<InvoiceLinePageDto> {
    return this.invoices.lines(principal, id, query);
  }

  @Get('invoices/:id/lines/:line/calls')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'List the calls of an invoice line',
    description:
      'The calls counted by the meter of the line in its period, as in `GET /account/calls`. All lines of one meter and period, such as the tiers of a graduated price, share their calls.',
  })
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: getSchemaPath(CallPageDto) } },
      'text/csv': { schema: { type: 'string' } },
    },
  })
  @ApiProblems({
    validation_failed: 'A query parameter is malformed or unknown; each is listed.',
    not_found: 'No such usage line on your invoices.',
    busy: 'Too many exports are running.',
  })
  async calls(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Param('line') line: string,
    @Query() query: CallsQueryDto,
    @CurrentExchange() exchange: Exchange,
  ): Promise<CallPageDto | StreamableFile> {
    const source = await this.invoices.callsBehind(principal, id, line);
    const { exports } = this;
    return answerCalls(source, query, { exports, exchange });
  }
}
