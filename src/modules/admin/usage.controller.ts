import { Body, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation } from '../../platform/http/openapi.js';
import { FareboxError } from '../../platform/errors/farebox-error.js';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { moneyText } from '../../catalog/index.js';
import {
  type DecidedUsage,
  describeComparison,
  LateUsages,
  UsageAdjustments,
  UsageBilling,
  UsageChecks,
  type UsageCommand,
  UsageDecisions,
  UsageReconciliation,
  UsageReporter,
} from '../usage/index.js';
import { OperatorRoutes } from './operator-routes.decorator.js';
import {
  AbsentUsagesDto,
  AdjustDto,
  AdjustedDto,
  BilledLateDto,
  ChecksDto,
  ChecksQueryDto,
  DecidedUsageDto,
  ReconcileDto,
  ReconciledDto,
  ReportDto,
  WaiveDto,
} from './usage.dto.js';

/** Another process may be in the middle of its report; the caller is waiting for a page. */
const WAIT_MS = 10_000;
const DEFAULT_CHECKS = 10;
/** More than that have one common cause. */
const SHOWN = 1_000;

const PROBLEMS = {
  change_refused:
    'A meter is missing at Stripe, another process holds the lock, or Moesif reports usage (USAGE_REPORTER).',
  billing_unavailable: 'Stripe is not available.',
};

@OperatorRoutes('usage')
export class OperatorUsageController {
  constructor(
    private readonly reporter: UsageReporter,
    private readonly reconciliation: UsageReconciliation,
    private readonly checks: UsageChecks,
    private readonly adjustments: UsageAdjustments,
    private readonly lateUsages: LateUsages,
    private readonly decisions: UsageDecisions,
    private readonly billing: UsageBilling,
  ) {}

  @Post('report')
  @HttpCode(200)
  @ApiOperation({ summary: 'Report usage to Stripe now' })
  @ApiOkResponse({ type: ReportDto })
  @ApiProblems(PROBLEMS)
  async report(): Promise<ReportDto> {
    this.assertOffered('events');
    const report = await this.reporter.report({ waitMs: WAIT_MS });
    if (!report) throw nothingDone();
    const unreportable = report.unreportable.length;
    return { ...report, unreportable, untellable: unreportable };
  }

  @Post('reconcile')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Reconcile ledger, meters, reported usage, Stripe totals and invoices',
    description: 'Billing periods of the last 40 days. Read-only. About 15 per second.',
  })
  @ApiBody({ type: ReconcileDto, required: false })
  @ApiOkResponse({ type: ReconciledDto })
  @ApiProblems({ ...PROBLEMS, validation_failed: 'A field is malformed or unknown; each is listed.' })
  async reconcile(@Body() { customerId }: ReconcileDto): Promise<ReconciledDto> {
    this.assertOffered('compare');
    const scope = customerId === undefined ? {} : { customerId };
    const compared = await this.reconciliation.reconcile(scope, WAIT_MS);
    if (!compared) throw nothingDone();
    const different = compared.filter(({ verdict }) => verdict !== 'equal');
    return {
      compared: compared.length,
      equal: compared.length - different.length,
      differences: different.slice(0, SHOWN).map(describeComparison),
    };
  }

  @Get('checks')
  @ApiOperation({ summary: 'List past reconciliations of all customers' })
  @ApiOkResponse({ type: ChecksDto })
  @ApiProblems({ validation_failed: 'A query parameter is malformed or unknown; each is listed.' })
  async list(@Query() { limit }: ChecksQueryDto): Promise<ChecksDto> {
    const checks = await this.checks.latest(limit ?? DEFAULT_CHECKS);
    return {
      checks: checks.map(({ id, checkedAt, compared, differences }) => ({
        id,
        checkedAt,
        compared,
        differences: [...differences],
      })),
    };
  }

  @Post('adjust')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Correct an excess at Stripe',
    description:
      'Reconciles again and reports the difference, so that usage reported by another sender is no longer billed.',
  })
  @ApiOkResponse({ type: AdjustedDto })
  @ApiProblems({
    ...PROBLEMS,
    change_refused: `There is no excess. ${PROBLEMS.change_refused}`,
    validation_failed: 'A field is missing, malformed or unknown; each is listed.',
  })
  async adjust(@Body() { customerId, meter, periodStart }: AdjustDto): Promise<AdjustedDto> {
    this.assertOffered('events');
    const done = await this.adjustments.approve(customerId, meter, new Date(periodStart), WAIT_MS);
    if (!done)
      throw new FareboxError(
        'change_refused',
        'Nothing was changed: there is no excess now, or another process holds the lock.',
      );
    const reported = done.sent > 0;
    return { value: String(done.value), reported, told: reported };
  }

  @Post('bill-late')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Bill late or uninvoiced usage',
    description:
      "Reconciles again and adds one invoice item to the customer's next invoice: the price of the used units minus the price of the billed units, at the period's own price. An interrupted decision is completed first.",
  })
  @ApiOkResponse({ type: BilledLateDto })
  @ApiProblems({
    ...PROBLEMS,
    change_refused: `There is no late usage, or it cannot be billed: see \`detail\`. ${PROBLEMS.change_refused}`,
    not_found: 'Unknown billing period, customer or meter.',
    validation_failed: 'A field is missing, malformed or unknown; each is listed.',
  })
  async billLate(@Body() { customerId, meter, periodStart }: AdjustDto): Promise<BilledLateDto> {
    this.assertOffered('compare');
    const period = { customerId, meter, startsAt: new Date(periodStart) };
    const billed = await this.lateUsages.bill(period, WAIT_MS);
    if (!billed) throw nothingDone();
    const { n, units, minorUnits, currency, itemId, invoiceComes } = billed;
    return {
      number: n,
      units: String(units),
      amount: moneyText(minorUnits, currency),
      currency,
      itemId,
      invoiceComes,
    };
  }

  @Get('lost')
  @ApiOperation({
    summary: 'List usage missing at Stripe',
    description: 'With the evidence that it is lost and not late. Changes nothing.',
  })
  @ApiOkResponse({ type: AbsentUsagesDto })
  @ApiProblems(PROBLEMS)
  async lost(): Promise<AbsentUsagesDto> {
    this.assertOffered('events');
    const absent = await this.decisions.absent(WAIT_MS);
    if (!absent) throw nothingDone();
    return {
      events: absent.map(({ customerId, meter, startsAt, n, value, sentAt, absentAt, evidence }) => ({
        customerId,
        meter,
        periodStart: startsAt.toISOString(),
        number: n,
        units: String(value),
        sentAt,
        absentSince: absentAt,
        evidence,
      })),
    };
  }

  @Post('resend')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Report missing usage again',
    description:
      'Sent with the next report. If the lost events still arrive at Stripe, they are counted twice: see `adjust`.',
  })
  @ApiOkResponse({ type: DecidedUsageDto })
  @ApiProblems({
    ...PROBLEMS,
    change_refused: `Nothing is missing. ${PROBLEMS.change_refused}`,
    validation_failed: 'A field is missing, malformed or unknown; each is listed.',
  })
  async resend(@Body() { customerId, meter, periodStart }: AdjustDto): Promise<DecidedUsageDto> {
    this.assertOffered('events');
    return decidedDto(await this.decisions.resend(customerId, meter, new Date(periodStart), WAIT_MS));
  }

  @Post('waive')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Waive missing usage',
    description:
      'For example events cancelled at Stripe; with `cancel` they are cancelled there first. Waived usage is not reported again and no longer counts as missing.',
  })
  @ApiOkResponse({ type: DecidedUsageDto })
  @ApiProblems({
    ...PROBLEMS,
    change_refused: `Nothing is missing. ${PROBLEMS.change_refused}`,
    validation_failed: 'A field is missing, malformed or unknown; each is listed.',
  })
  async waive(@Body() { customerId, meter, periodStart, cancel }: WaiveDto): Promise<DecidedUsageDto> {
    this.assertOffered('events');
    return decidedDto(
      await this.decisions.waive(customerId, meter, new Date(periodStart), {
        cancel: cancel === true,
        waitMs: WAIT_MS,
      }),
    );
  }

  private assertOffered(command: UsageCommand): void {
    const refusal = this.billing.refusal(command);
    if (refusal) throw refusal;
  }
}

function decidedDto(decided: DecidedUsage | undefined): DecidedUsageDto {
  if (!decided) throw nothingDone();
  return { events: decided.events, units: String(decided.units) };
}

const nothingDone = (): FareboxError =>
  new FareboxError(
    'change_refused',
    'Nothing was done: a meter of the catalog is missing at Stripe (npm run farebox -- catalog apply), or another process holds the lock. Try again.',
  );
