import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import {
  CurrentCall,
  MeteredCall,
  MeteringModule,
  Monetized,
  type MonetizedOptions,
  UnitsTooLateError,
} from '../../src/modules/metering/index.js';
import * as ledger from '../../src/modules/ledger/index.js';
import { bearer, request } from '../support/farebox.js';
import { type InProcess, startInProcess } from '../support/in-process.js';

const OPTIONS: MonetizedOptions = { recordBodies: true };

@Monetized(OPTIONS)
@Controller('former')
class FormerController {
  @Get()
  paid(@CurrentCall() call: MeteredCall): string {
    call.addUnits(7);
    return 'counted';
  }
}

/** As an application wrote it before ledger, meters and usage were modules. */
@Module({ imports: [MeteringModule], controllers: [FormerController] })
class FormerModule {}

let app: InProcess;
beforeAll(async () => {
  app = await startInProcess([], {}, [], [FormerModule]);
}, 60_000);
afterAll(() => app?.stop());

it('controllers that import from the former module are paid routes as before', async () => {
  const { token, customerId } = await app.newCustomer();
  const { status, headers } = await request(`${app.url}/former`, bearer(token));
  expect(status).toBe(200);
  expect(
    await app.query('select route, units::int as units from calls where customer_id = $1 and id = $2', [
      customerId,
      headers.get('x-request-id'),
    ]),
  ).toEqual([{ route: '/former', units: 7 }]);
});

it('and catch the same errors', () => {
  expect(UnitsTooLateError).toBe(ledger.UnitsTooLateError);
});
