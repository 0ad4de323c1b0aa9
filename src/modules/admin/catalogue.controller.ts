import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Catalogue } from '../../catalogue/index.js';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { CatalogueSync } from '../billing/index.js';
import { UsageOverview } from '../metering/index.js';
import { DriftDto, RevenueDto } from './catalogue.dto.js';
import { OperatorRoutes } from './operator-routes.decorator.js';
import { revenueOf } from './revenue.js';

@OperatorRoutes('catalogue')
export class OperatorCatalogueController {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly sync: CatalogueSync,
    private readonly usage: UsageOverview,
  ) {}

  @Get('drift')
  @ApiOperation({
    summary: 'What is not at Stripe as in the catalogue',
    description: 'Changes nothing; `npm run farebox -- catalog apply` does.',
  })
  @ApiOkResponse({ type: DriftDto })
  @ApiProblems({ billing_unavailable: 'Stripe is away.' })
  async drift(): Promise<DriftDto> {
    const { changes, notes } = await this.sync.compare(this.catalogue, { migrate: false });
    return {
      source: this.catalogue.source,
      changes: changes
        .filter(({ action }) => action !== 'none')
        .map((change) => ({ ...change, differences: [...change.differences] })),
      notes: [...notes],
    };
  }

  @Get('revenue')
  @ApiOperation({
    summary: 'What each plan has earned so far in the billing periods that run',
    description:
      'Worked out from our own meters and the prices of the catalogue, account by account, as the next invoices will: before tax, and without discounts and what was used at another price before a change of plan.',
  })
  @ApiOkResponse({ type: RevenueDto })
  async revenue(): Promise<RevenueDto> {
    const { plans } = this.catalogue;
    const meterOf = new Map(plans.map(({ id, price }) => [id, price.meter]));
    return revenueOf(plans, await this.usage.running(meterOf));
  }
}
