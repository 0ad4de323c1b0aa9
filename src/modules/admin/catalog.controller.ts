import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '../../platform/http/openapi.js';
import { Catalog } from '../../catalog/index.js';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { CatalogSync } from '../billing/ports/catalog-sync.js';
import { UsageOverview } from '../meters/index.js';
import { DriftDto, RevenueDto } from './catalog.dto.js';
import { OperatorRoutes } from './operator-routes.decorator.js';
import { revenueOf } from './revenue.js';

@OperatorRoutes('catalog')
export class OperatorCatalogController {
  constructor(
    private readonly catalog: Catalog,
    private readonly sync: CatalogSync,
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
    const { changes, notes } = await this.sync.compare(this.catalog, { migrate: false });
    return {
      source: this.catalog.source,
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
    const { plans } = this.catalog;
    const meterOf = new Map(plans.map(({ id, price }) => [id, price.meter]));
    return revenueOf(plans, await this.usage.running(meterOf));
  }
}

/** The routes by their former spelling. */
@OperatorRoutes('catalogue')
export class OperatorCatalogueController extends OperatorCatalogController {
  @Get('drift')
  @ApiOperation({ summary: 'GET /admin/catalog/drift', deprecated: true })
  @ApiOkResponse({ type: DriftDto })
  @ApiProblems({ billing_unavailable: 'Stripe is not available.' })
  override async drift(): Promise<DriftDto> {
    return super.drift();
  }

  @Get('revenue')
  @ApiOperation({ summary: 'GET /admin/catalog/revenue', deprecated: true })
  @ApiOkResponse({ type: RevenueDto })
  override async revenue(): Promise<RevenueDto> {
    return super.revenue();
  }
}
