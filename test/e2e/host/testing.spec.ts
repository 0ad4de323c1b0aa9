import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Monetized } from '../../../src/index.js';
import { FareboxTesting, FareboxTestingModule } from '../../../src/testing/index.js';
import { bearer, request } from '../../support/farebox.js';

@Controller('forecast')
class ForecastController {
  @Get()
  @Monetized()
  forecast(): string {
    return 'blue';
  }
}

const CATALOG = {
  currency: 'usd',
  defaultPlan: 'standard',
  withoutCard: 'unlimited',
  meters: [
    {
      name: 'forecasts',
      displayName: 'Forecasts',
      eventName: 'forecasts',
      filter: { route: '/forecast', status: 200 },
      metric: 'event_count',
      aggregation: 'sum',
    },
  ],
  plans: [
    {
      id: 'standard',
      product: { name: 'Weather' },
      price: { model: 'standard', amount: 0.1, meter: 'forecasts', billingPeriod: 'monthly' },
    },
  ],
};

let app: NestFastifyApplication;
let farebox: FareboxTesting;
let url: string;

beforeAll(async () => {
  const module = await Test.createTestingModule({
    imports: [FareboxTestingModule.forRoot({ catalog: CATALOG })],
    controllers: [ForecastController],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), {
    logger: false,
    bodyParser: false,
  });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  farebox = app.get(FareboxTesting);
});

afterAll(() => app?.close());

it('prices a route with neither keys nor network, from a call to Stripe’s total', async () => {
  const { token, customerId } = await farebox.openAccount();
  for (let call = 0; call < 3; call++)
    expect((await request(`${url}/forecast`, bearer(token))).text).toBe('blue');
  expect(await farebox.settle()).toMatchObject([
    { customerId, meter: 'forecasts', ledger: 3n, verdict: 'equal' },
  ]);
});

it('has one account for each id of the application, however often it is opened', async () => {
  const order = { externalId: 'org-1', email: 'org-1@example.com' };
  const [first, second] = await Promise.all([farebox.openAccount(order), farebox.openAccount(order)]);
  expect(second.customerId).toBe(first.customerId);
  await expect(farebox.openAccount({ ...order, externalId: 'org-2' })).rejects.toMatchObject({
    code: 'email_taken',
  });
});

it.each([
  ['email', { email: 'no' }],
  ['email', { email: 'ada\u200b@example.com' }],
  ['firstname', { firstname: ' ' }],
  ['externalId', { externalId: 'x'.repeat(201), email: 'long@example.com' }],
  ['lastname', { lastname: 'a\0' }],
])('names the field %s that an account cannot have', async (field, order) => {
  await expect(farebox.openAccount(order)).rejects.toMatchObject({
    code: 'validation_failed',
    fields: [expect.objectContaining({ field })],
  });
});

it('has a clock of its own, which only goes forward', () => {
  const before = farebox.clock.ms();
  farebox.clock.advance(86_400_000);
  expect(farebox.clock.ms() - before).toBeGreaterThanOrEqual(86_400_000);
  expect(() => farebox.clock.advance(-1)).toThrow('only be moved forward');
});
