import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Req, SetMetadata } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ExternalContextCreator } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { CurrentCall, type MeteredCall, Monetized } from '../../../src/modules/ledger/index.js';
import { begin, type Exchange } from '../../../src/platform/http/exchange.js';
import { exchangesFor } from '../../../src/platform/http/http.module.js';
import { CurrentPrincipal } from '../../../src/platform/identity/current-principal.decorator.js';
import type { Principal } from '../../../src/platform/identity/principal.js';
import { Public } from '../../../src/platform/identity/public.decorator.js';
import { type InProcess, startInProcess } from '../../support/in-process.js';

/** What `@MessagePattern()` of `@nestjs/microservices` leaves on a handler. */
const MessagePattern = (pattern: string) => SetMetadata('microservices:pattern', [pattern]);

/** Stands for gateways and resolvers: Nest calls their handlers by the same creator of contexts, under another type. */
class Handlers {
  free(): string {
    return 'free';
  }

  @Public()
  open(): string {
    return 'open';
  }

  fails(): never {
    throw new Error('boom');
  }

  who(@CurrentPrincipal() { customerId }: Principal): string {
    return customerId;
  }

  counts(@CurrentCall() paid: MeteredCall): void {
    paid.addUnits(1);
  }
}

/** The type of the context, and how the driver of GraphQL gives the request to resolvers. */
const DRIVERS = {
  apollo: (request: FastifyRequest) => ({ req: request }),
  'apollo, by a context of its own': (request: FastifyRequest) => ({ request }),
  mercurius: (request: FastifyRequest) => ({ reply: { request } }),
};
let driver: keyof typeof DRIVERS = 'apollo';

@Controller('graphql')
class GraphqlController {
  @Public()
  @Get('free')
  free(@Req() request: FastifyRequest): Promise<unknown> {
    return call('graphql', 'free', [{}, {}, DRIVERS[driver](request), {}]);
  }

  @Public()
  @Get('open')
  open(@Req() request: FastifyRequest): Promise<unknown> {
    return call('graphql', 'open', [{}, {}, DRIVERS[driver](request), {}]);
  }

  @Public()
  @Get('who')
  who(@Req() request: FastifyRequest): Promise<unknown> {
    return call('graphql', 'who', [{}, {}, DRIVERS[driver](request), {}]);
  }
}

let farebox: InProcess;
beforeAll(async () => {
  farebox = await startInProcess([GraphqlController]);
});
afterAll(() => farebox?.stop());

function call(type: string, name: keyof Handlers, args: unknown[]): Promise<unknown> {
  const handlers = new Handlers();
  const creator = farebox.app.get(ExternalContextCreator, { strict: false });
  const create = creator.create.bind(creator) as (
    ...all: unknown[]
  ) => (...args: unknown[]) => Promise<unknown>;
  const [none] = [undefined];
  // As `@nestjs/graphql` does, for arguments of its own decorators.
  const own = { exchangeKeyForValue: () => undefined };
  return create(handlers, handlers[name], name, ROUTE_ARGS_METADATA, own, none, none, none, type)(...args);
}

describe.each(['ws', 'rpc', 'discord'])('a free handler of messages of type %s', (type) => {
  it('is called, without a token', async () => {
    expect(await call(type, 'free', [{}, { some: 'data' }])).toBe('free');
  });

  it('fails as it would without Farebox', async () => {
    await expect(call(type, 'fails', [{}, {}])).rejects.toThrow('boom');
  });
});

describe.each(Object.keys(DRIVERS) as (keyof typeof DRIVERS)[])('a free resolver (%s)', (name) => {
  const ask = async (path: string, token?: string) => {
    driver = name;
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${farebox.url}/graphql/${path}`, { headers });
    return [response.status, await response.text()];
  };

  it('asks for a token, as a route does', async () => {
    const { token } = await farebox.newCustomer();
    expect(await ask('free', token)).toEqual([200, 'free']);
    const [status, text] = await ask('free');
    expect([status, JSON.parse(String(text))]).toMatchObject([401, { code: 'token_missing' }]);
  });

  it('knows who asks', async () => {
    const { token, customerId } = await farebox.newCustomer();
    expect(await ask('who', token)).toEqual([200, customerId]);
  });

  it('does not when it is @Public()', async () => {
    expect(await ask('open')).toEqual([200, 'open']);
  });
});

it('a resolver of which no request is known is for @Public() operations', async () => {
  expect(await call('graphql', 'open', [{}, {}, undefined, {}])).toBe('open');
  await expect(call('graphql', 'free', [{}, {}, {}, {}])).rejects.toMatchObject({ code: 'token_missing' });
});

it.each([
  ['graphql', 'counts', '@CurrentCall() needs a @Monetized() route'],
  ['ws', 'counts', '@CurrentCall() needs a @Monetized() route'],
  ['ws', 'who', '@CurrentPrincipal() was used where no token is asked for'],
] as const)(
  'a handler of type %s that takes what is not there (%s) is told so',
  async (type, name, message) => {
    const { token } = await farebox.newCustomer();
    const headers = { authorization: `Bearer ${token}` };
    const request = { headers };
    begin({ request, headers } as unknown as Exchange);
    await expect(call(type, name, [{}, {}, { req: request }, {}])).rejects.toThrow(message);
  },
);

describe('the start is refused, by name, for @Monetized() on', () => {
  class PaidGateway {
    @Monetized()
    onMessage(): string {
      return 'paid';
    }
  }
  @Monetized()
  class PaidResolver {
    query(): string {
      return 'paid';
    }
  }
  @Controller()
  class MessageController {
    @Monetized()
    @MessagePattern('sum')
    sum(): number {
      return 1;
    }
  }
  @Monetized()
  @Controller()
  class MixedController {
    @Get()
    route(): string {
      return 'paid';
    }

    @MessagePattern('sum')
    sum(): number {
      return 1;
    }
  }

  it.each([
    ['a handler of a gateway or another provider', [], [PaidGateway], 'PaidGateway.onMessage'],
    ['a resolver', [], [PaidResolver], 'PaidResolver'],
    ['a message handler', [MessageController], [], 'MessageController.sum'],
    ['a controller with a message handler', [MixedController], [], 'MixedController.sum'],
  ])('%s', async (_what, controllers, providers, name) => {
    await expect(startInProcess(controllers, {}, providers)).rejects.toMatchObject({
      name: 'StartRefusedError',
      message: expect.stringContaining(`${name} has @Monetized()`),
    });
  });
});

it('the start on another HTTP adapter than Fastify and Express is refused, by name', () => {
  const [none] = [undefined as never];
  const host = { httpAdapter: { getType: () => 'koa', getInstance: () => () => undefined } };
  expect(() => exchangesFor(host as never, none, none, none)).toThrow(
    expect.objectContaining({
      name: 'StartRefusedError',
      message: expect.stringContaining('adapter is koa'),
    }) as never,
  );
});
