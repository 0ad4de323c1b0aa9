import { describe, expect, it } from '@jest/globals';
import { All, Controller, Get, Module, Post, Version, VERSION_NEUTRAL, VersioningType } from '@nestjs/common';
import { type AbstractHttpAdapter, DiscoveryModule, RouterModule } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
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

@Paid()
@Controller({ path: 'versioned', version: ['1', VERSION_NEUTRAL] })
class VersionedController {
  @Get('a')
  a(): void {}
  @Version('3')
  @Get(':id')
  b(): void {}
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

describe.each<[string, () => AbstractHttpAdapter]>([
  ['Fastify', () => new FastifyAdapter()],
  ['Express', () => new ExpressAdapter()],
])('the paid routes on %s', (_name, adapter) => {
  /** What the adapter was given, by any method that registers a route. */
  function registered(on: AbstractHttpAdapter): string[] {
    const routes: string[] = [];
    for (const verb of ['get', 'post', 'all'] as const) {
      const next = on[verb].bind(on) as (...args: unknown[]) => unknown;
      on[verb] = ((...args: unknown[]) => {
        if (args.length === 2) routes.push(`${verb.toUpperCase()} ${String(args[0])}`);
        return next(...args);
      }) as never;
    }
    return routes;
  }

  it('have the global prefix, the version and the path of their module, as the adapter has them', async () => {
    @Module({ imports: [DiscoveryModule], controllers: [ItemsController], providers: [PaidRoutes] })
    class ShopModule {}
    const module = await Test.createTestingModule({
      imports: [ShopModule, RouterModule.register([{ path: 'shop', module: ShopModule }])],
      controllers: [VersionedController],
    }).compile();
    const on = adapter();
    const routes = registered(on);
    const app = module.createNestApplication(on, { logger: false });
    app.setGlobalPrefix('api', { exclude: ['versioned/a'] });
    app.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' });
    await app.init();
    const paid = module
      .get(PaidRoutes, { strict: false })
      .all()
      .map(({ verb, route }) => `${verb} ${route}`);
    await app.close();
    expect(paid.toSorted()).toEqual([
      'GET /api/v2/shop/items',
      'GET /api/v3/versioned/:id',
      'GET /v1/versioned/a',
      'GET /versioned/a',
      'POST /api/v2/shop/items/:id',
    ]);
    expect(routes.toSorted()).toEqual(paid.toSorted());
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
