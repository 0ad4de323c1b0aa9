import { describe, expect, it } from '@jest/globals';
import { All, Controller, Get, Post } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { SetMetadata } from '@nestjs/common';
import type { MeterDefinition, MeterFilter } from '../../../catalog/index.js';
import { MONETIZED } from './paid-route.guard.js';
import { PaidRoutes } from './paid-routes.js';
import { routeWarning } from './meter-routes-check.js';

/** The decorator's mark alone: its guard would need the whole application. */
const Paid = () => SetMetadata(MONETIZED, {});

@Paid()
@Controller('items')
class ItemsController {
  @Get()
  list(): void {}
  @Post(':id/')
  change(): void {}
  /** No route. */
  helper(): void {}
}

@Controller(['/one', 'two/'])
class MixedController {
  @Paid()
  @Get(['a', '/b'])
  paid(): void {}
  @Get('free')
  free(): void {}
  @Paid()
  @All('any')
  any(): void {}
}

const meter = (filter: MeterFilter): MeterDefinition => ({
  name: 'calls',
  displayName: 'Calls',
  eventName: 'calls',
  filter,
  metric: 'event_count',
  aggregation: 'sum',
  windowMs: 3_600_000,
});

async function paidRoutes(...controllers: (new () => object)[]) {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    controllers,
    providers: [PaidRoutes],
  }).compile();
  return module.get(PaidRoutes).all();
}

describe('the paid routes', () => {
  it('are those with the mark, of the controller or the handler, as the ledger names them', async () => {
    const routes = await paidRoutes(ItemsController, MixedController);
    expect(routes.map(({ verb, route }) => `${verb} ${route}`)).toEqual([
      'GET /items',
      'POST /items/:id',
      'GET /one/a',
      'GET /one/b',
      'GET /two/a',
      'GET /two/b',
      'ALL /one/any',
      'ALL /two/any',
    ]);
  });
});

describe('a meter', () => {
  it.each<[string, MeterFilter]>([
    ['of everything', {}],
    ['of a paid route', { route: '/items' }],
    ['of a paid route and its verb', { route: '/items/:id', verb: 'POST' }],
    ['of a verb', { verb: 'POST' }],
    ['of a route of all verbs', { route: '/one/any', verb: 'DELETE' }],
  ])('%s can count', async (_what, filter) => {
    expect(routeWarning(meter(filter), await paidRoutes(ItemsController, MixedController))).toBeUndefined();
  });

  it.each<[string, MeterFilter, string]>([
    ['of a free route', { route: '/one/free' }, '/one/free'],
    ['of another verb', { route: '/items', verb: 'POST' }, 'POST /items'],
    ['of a path instead of its pattern', { route: '/items/1' }, '/items/1'],
  ])('%s cannot, and a sentence says so', async (_what, filter, wanted) => {
    expect(routeWarning(meter(filter), await paidRoutes(ItemsController))).toBe(
      `The meter "calls" counts nothing: no @Monetized() route is ${wanted}; there are: GET /items, POST /items/:id.`,
    );
  });

  it('of an application without paid routes cannot', () => {
    expect(routeWarning(meter({ route: '/items' }), [])).toMatch(/there are: none\.$/);
  });
});
