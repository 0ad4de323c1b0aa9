import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Catalog, type MeterDefinition } from '../../../catalog/index.js';
import { Log } from '../../../platform/logging/logger.js';
import { type PaidRoute, PaidRoutes } from './paid-routes.js';
import { Role } from '../../../platform/lifecycle/role.js';

/** Logs at start which meters can count nothing, because no paid route matches their filter. */
@Injectable()
export class MeterRoutesCheck implements OnApplicationBootstrap {
  private readonly log: Log;

  constructor(
    private readonly catalog: Catalog,
    private readonly routes: PaidRoutes,
    private readonly role: Role,
    log: Log,
  ) {
    this.log = log.named('meters');
  }

  onApplicationBootstrap(): void {
    if (!this.role.runs('everywhere')) return;
    const paid = this.routes.all();
    for (const meter of this.catalog.meters) {
      const warning = routeWarning(meter, paid);
      if (warning !== undefined) this.log.warn(warning);
    }
  }
}

/** @returns a sentence with the meter and the existing routes; `undefined` for a meter that can count. */
export function routeWarning(
  { name, filter: { route, verb } }: MeterDefinition,
  paid: readonly PaidRoute[],
): string | undefined {
  const matches = (each: PaidRoute): boolean =>
    (route === undefined || each.route === route) &&
    (verb === undefined || each.verb === verb || each.verb === 'ALL');
  if ((route === undefined && verb === undefined) || paid.some(matches)) return undefined;
  const wanted = [verb, route].filter((part) => part !== undefined).join(' ');
  const known = paid.map((each) => `${each.verb} ${each.route}`).join(', ');
  return `The meter "${name}" counts nothing: no @Monetized() route is ${wanted}; there are: ${known || 'none'}.`;
}
