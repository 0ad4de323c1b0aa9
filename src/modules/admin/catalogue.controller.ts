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
    summary: 'Compare Stripe with the catalog',
    description: 'Read-only; `npm run farebox -- catalog apply` applies the changes.',
  })
  @ApiOkResponse({ type: DriftDto })
  @ApiProblems({ billing_unavailable: 'Stripe is not available.' })
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
    summary: 'Revenue by plan in the current billing periods',
    description:
      "Calculated from our meters and the catalog's prices per account: before tax and discounts, and without usage at the former price before a change of plan.",
  })
  @ApiOkResponse({ type: RevenueDto })
  async revenue(): Promise<RevenueDto> {
    const { plans } = this.catalogue;
    const meterOf = new Map(plans.map(({ id, price }) => [id, price.meter]));
    return revenueOf(plans, await this.usage.running(meterOf));
  }
}
