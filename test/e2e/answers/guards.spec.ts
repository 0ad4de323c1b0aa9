import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CanActivate, Controller, Get, UseGuards } from '@nestjs/common';
import { Monetized } from '../../../src/modules/ledger/index.js';
import { type InProcess, startInProcess } from '../../support/in-process.js';

class Refuses implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

/** Nest runs guards of a class before those of a handler, and decorators from the last one up. */
@Controller('handler')
class OnHandlers {
  @UseGuards(Refuses)
  @Monetized()
  @Get('above')
  above(): string {
    return 'paid';
  }

  @Monetized()
  @UseGuards(Refuses)
  @Get('below')
  below(): string {
    return 'paid';
  }

  @Monetized()
  @Get('passes')
  passes(): string {
    return 'paid';
  }
}

@Monetized()
@Controller('class')
class OnClass {
  @UseGuards(Refuses)
  @Get('handler')
  handler(): string {
    return 'paid';
  }

  @Get('passes')
  passes(): string {
    return 'paid';
  }
}

@UseGuards(Refuses)
@Monetized()
@Controller('class-above')
class AboveOnClass {
  @Get()
  handler(): string {
    return 'paid';
  }
}

@Monetized()
@UseGuards(Refuses)
@Controller('class-below')
class BelowOnClass {
  @Get()
  handler(): string {
    return 'paid';
  }
}

let farebox: InProcess;
beforeAll(async () => {
  farebox = await startInProcess([OnHandlers, OnClass, AboveOnClass, BelowOnClass]);
});
afterAll(() => farebox?.stop());

async function call(path: string, headers: Record<string, string>) {
  const { token, customerId } = await farebox.newCustomer();
  const { status } = await fetch(`${farebox.url}/${path}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  const rows = await farebox.query('select 1 from calls where customer_id = $1', [customerId]);
  const keys = await farebox.query('select 1 from call_keys where customer_id = $1', [customerId]);
  return { status, rows: rows.length, keys: keys.length };
}

describe.each([
  ['without a key', {}],
  ['with one', { 'idempotency-key': 'k' }],
])('a guard beside @Monetized() that refuses, %s', (_title, headers) => {
  it.each(['handler/above', 'handler/below', 'class/handler', 'class-above', 'class-below'])(
    'is not billed, and holds no key: %s',
    async (path) => {
      expect(await call(path, headers)).toEqual({ status: 403, rows: 0, keys: 0 });
    },
  );

  it.each(['handler/passes', 'class/passes'])('and the others are: %s', async (path) => {
    expect(await call(path, headers)).toMatchObject({ status: 200, rows: 1 });
  });
});

it('a handler of a base class cannot have guards of its own under @Monetized() of the class: refused by name', async () => {
  class Base {
    @UseGuards(Refuses)
    @Get()
    inherited(): string {
      return 'paid';
    }
  }
  @Monetized()
  @Controller('derived')
  class Derived extends Base {}
  await expect(startInProcess([Derived])).rejects.toMatchObject({
    name: 'StartRefusedError',
    message: expect.stringContaining('Derived.inherited'),
  });
});
