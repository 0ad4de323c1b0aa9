import type { Catalog, MeterDefinition } from './catalog.js';

/**
 * Warnings about settings that are valid and probably not intended.
 * @param paidRoutes the routes that can cost something, as `GET /items/:id`; undefined when they are not known.
 */
export function catalogWarnings(catalog: Catalog, paidRoutes?: readonly string[]): string[] {
  return catalog.meters.flatMap((meter) => [
    ...unused(catalog, meter),
    ...(paidRoutes ? unmatched(meter, paidRoutes) : []),
  ]);
}

function unused({ plans }: Catalog, { name }: MeterDefinition): string[] {
  return plans.some(({ price }) => price.meter === name)
    ? []
    : [`meter "${name}": no plan is charged by it; what it counts is never billed`];
}

function unmatched({ name, filter }: MeterDefinition, paidRoutes: readonly string[]): string[] {
  const { route, verb } = filter;
  if (route === undefined && verb === undefined) return [];
  const matches = paidRoutes.some((paid) => {
    const [method, path] = paid.split(' ');
    return (route === undefined || route === path) && (verb === undefined || verb === method);
  });
  if (matches) return [];
  const wanted = [verb, route].filter((part) => part !== undefined).join(' ');
  return [
    `meter "${name}": openapi.json has no paid route ${wanted}, so that it would count nothing. Paid are: ${paidRoutes.join(', ') || 'none'}`,
  ];
}
