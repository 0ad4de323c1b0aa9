import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  ForbiddenException,
  Get,
  Header,
  HttpCode,
  Post,
  Query,
  StreamableFile,
} from '@nestjs/common';
import { CurrentCall, MeteredCall, Monetized } from '../../src/modules/ledger/index.js';
import { post, request } from '../support/farebox.js';
import { type InProcess, startInProcess } from '../support/in-process.js';
import { until } from '../support/processes.js';

let made = 0;

/** Paid endpoints that end in every way there is. */
@Monetized()
@Controller('paid')
class PaidController {
  @Get('ok')
  ok(): { made: number } {
    return { made: ++made };
  }

  @Get('refuses')
  refuses(): never {
    throw new ForbiddenException();
  }

  @Get('throws')
  throws(): never {
    throw new Error('boom');
  }

  @Get('unserialisable')
  unserialisable(): object {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    return circle;
  }

  @Get('slow')
  async slow(): Promise<string> {
    await delay(300);
    return 'slow';
  }

  @Get('units')
  units(@CurrentCall() call: MeteredCall): string {
    call.addUnits(40);
    call.addUnits(2);
    return 'counted';
  }

  @Get('bad-units')
  badUnits(@CurrentCall() call: MeteredCall): void {
    call.addUnits(0.5);
  }

  @Get('stream')
  @Header('content-type', 'text/plain')
  stream(@CurrentCall() call: MeteredCall, @Query('break') breaks?: string): StreamableFile {
    async function* rows(): AsyncGenerator<string> {
      for (let row = 0; row < 5; row++) {
        await delay(10);
        if (breaks && row === 3) throw new Error('the source broke');
        call.addUnits(1);
        yield `row ${row}\n`;
      }
    }
    return new StreamableFile(Readable.from(rows()));
  }

  @Get('large')
  large(): string {
    made++;
    return 'x'.repeat(100_000);
  }

  @Post('order')
  @HttpCode(201)
  order(@Body() body: { item?: string }, @CurrentCall() call: MeteredCall): { made: number; item: string } {
    call.addUnits(1);
    return { made: ++made, item: body.item ?? '' };
  }
}

let farebox: InProcess;
let token: string;
let customerId: string;

beforeAll(async () => {
  farebox = await startInProcess([PaidController]);
  ({ token, customerId } = await farebox.newCustomer());
});
afterAll(() => farebox?.stop());

const get = (path: string, headers: Record<string, string> = {}) =>
  request(`${farebox.url}/paid/${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } });
const rowsOf = (id: string | null) =>
  farebox.query('select * from calls where id = $1 or corrects = $1 order by corrects nulls first', [id]);
const countAt = async (route: string): Promise<number> => {
  const rows = await farebox.query('select count(*)::int as n from calls where route = $1', [
    `/paid/${route}`,
  ]);
  return Number(rows[0]?.['n']);
};

describe('the ledger has the call when its answer arrives', () => {
  it('with account state, identity and outcome', async () => {
    const { status, headers } = await get('ok?email=ada@example.com');
    expect(status).toBe(200);
    const [row, ...more] = await rowsOf(headers.get('x-request-id'));
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      customer_id: customerId,
      plan: 'standard',
      user_id: customerId,
      company_id: row?.['subscription_id'],
      route: '/paid/ok',
      verb: 'GET',
      path: '/paid/ok',
      status: 200,
      units: '0',
      corrects: null,
    });
    expect(Number(row?.['duration_us'])).toBeGreaterThan(0);
  });

  it.each([
    ['refuses', 403],
    ['throws', 500],
    ['unserialisable', 500],
    ['bad-units', 500],
  ])('%s: once, with the status that the caller saw (%d)', async (path, expected) => {
    const { status, headers } = await get(path);
    expect(status).toBe(expected);
    const rows = await rowsOf(headers.get('x-request-id'));
    expect(rows.map((row) => row['status'])).toEqual([expected]);
  });

  it('not for what the guards refuse', async () => {
    const before = await countAt('ok');
    expect((await request(`${farebox.url}/paid/ok`)).status).toBe(401);
    await farebox.query(`update accounts set status = 'unpaid' where customer_id = $1`, [customerId]);
    await farebox.query(`select pg_notify('account_changed', $1)`, [customerId]);
    await until(async () => (await get('ok')).status === 402);
    await farebox.query(`update accounts set status = 'active' where customer_id = $1`, [customerId]);
    await farebox.query(`select pg_notify('account_changed', $1)`, [customerId]);
    await until(async () => (await get('ok')).status === 200);
    const rows = await farebox.query(`select distinct status from calls where route = '/paid/ok'`);
    expect(rows).toEqual([{ status: 200 }]);
    expect(await countAt('ok')).toBeGreaterThan(before);
  });
});

describe('units', () => {
  it('that the handler counts stand in the row', async () => {
    const { headers } = await get('units');
    expect((await rowsOf(headers.get('x-request-id')))[0]?.['units']).toBe('42');
  });

  it('that a stream counts after its headers are added by a correction', async () => {
    const { headers, text } = await get('stream');
    expect(text.split('\n')).toHaveLength(6);
    const id = headers.get('x-request-id');
    const rows = await until(async () => {
      const found = await rowsOf(id);
      return found.length === 2 ? found : undefined;
    });
    expect(rows.reduce((sum, row) => sum + Number(row['units']), 0)).toBe(5);
    expect(rows[1]).toMatchObject({ corrects: id, route: '/paid/stream', customer_id: customerId });
  });

  it('of a stream that breaks half-way are those that were counted until then', async () => {
    const before = await countAt('stream');
    await get('stream?break=1').catch(() => undefined);
    await until(async () => (await countAt('stream')) === before + 2);
    const rows = await farebox.query(
      `select sum(units)::int as units from calls where route = '/paid/stream' and started_at =
         (select max(started_at) from calls where route = '/paid/stream')`,
    );
    expect(rows[0]?.['units']).toBe(3);
  });
});

describe('a client that hangs up', () => {
  async function hangUp(when: 'before' | 'during'): Promise<void> {
    const { hostname, port } = new URL(farebox.url);
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    socket.write(`GET /paid/slow HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n`);
    if (when === 'during') {
      socket.write('\r\n');
      await delay(100);
    }
    socket.destroy();
  }

  it('before the request is whole: nothing was called, nothing is written', async () => {
    const before = await countAt('slow');
    await hangUp('before');
    expect((await get('slow')).status).toBe(200);
    expect(await countAt('slow')).toBe(before + 1);
  });

  it('while the handler works: the work was done, and the call is there once', async () => {
    const before = await countAt('slow');
    await hangUp('during');
    await until(async () => (await countAt('slow')) === before + 1);
    expect((await get('slow')).status).toBe(200);
    expect(await countAt('slow')).toBe(before + 2);
  });
});

describe('Idempotency-Key on a metered call', () => {
  const order = (item: string, key: string) =>
    post(`${farebox.url}/paid/order`, { item }, { authorization: `Bearer ${token}`, 'idempotency-key': key });

  it('the same call again: the same answer, without the handler, billed once', async () => {
    const first = await order('tea', 'key-1');
    const billed = await countAt('order');
    const second = await order('tea', 'key-1');
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect([first, second].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    expect(await countAt('order')).toBe(billed);
  });

  it('another call under the key: 422, not made and not billed', async () => {
    await order('tea', 'key-2');
    const billed = await countAt('order');
    const { status, json } = await order('coffee', 'key-2');
    expect([status, json['code']]).toEqual([422, 'idempotency_key_reused']);
    expect(await countAt('order')).toBe(billed);
  });

  it('ten at once: made once, billed once; who comes too early is told to wait', async () => {
    const billed = await countAt('order');
    const answers = await Promise.all(Array.from({ length: 10 }, () => order('tea', 'key-3')));
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => status !== 201 && status !== 409)).toEqual([]);
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ text }) => text)).size).toBe(1);
    expect(await countAt('order')).toBe(billed + 1);
    expect((await order('tea', 'key-3')).status).toBe(201);
  });

  it('of another end user is another key: each gets an answer of their own, and both are billed', async () => {
    const [alice, bob] = [
      await farebox.endUserToken(customerId, 'alice'),
      await farebox.endUserToken(customerId, 'bob'),
    ];
    const send = (jwt: string, item = 'tea') =>
      post(
        `${farebox.url}/paid/order`,
        { item },
        { authorization: `Bearer ${jwt}`, 'idempotency-key': 'key-users' },
      );
    const billed = await countAt('order');
    const [ofAlice, ofBob, ofOwner] = [await send(alice), await send(bob), await send(token)];
    expect(new Set([ofAlice, ofBob, ofOwner].map(({ text }) => text)).size).toBe(3);
    expect(await countAt('order')).toBe(billed + 3);
    expect((await send(alice)).text).toBe(ofAlice.text);
    // Another token of the same user, as after a rotation.
    expect((await send(await farebox.endUserToken(customerId, 'bob'))).text).toBe(ofBob.text);
    expect((await send(bob, 'coffee')).json['code']).toBe('idempotency_key_reused');
    expect(await countAt('order')).toBe(billed + 3);
  });

  it('an answer that is too large is not kept: made and billed again, and a header says so', async () => {
    const billed = await countAt('large');
    for (const headers of [
      (await get('large', { 'idempotency-key': 'key-4' })).headers,
      (await get('large', { 'idempotency-key': 'key-4' })).headers,
    ])
      expect(headers.get('idempotency-stored')).toBe('false');
    expect(await countAt('large')).toBe(billed + 2);
  });

  it('a failure of ours is not kept: the same call may succeed later', async () => {
    for (const time of [1, 2])
      expect([time, (await get('throws', { 'idempotency-key': 'key-5' })).status]).toEqual([time, 500]);
    const rows = await farebox.query(`select * from call_keys where key = 'key-5'`);
    expect(rows).toEqual([]);
  });

  it('another customer has keys of their own', async () => {
    const other = await farebox.newCustomer();
    const mine = await order('tea', 'key-6');
    const theirs = await post(
      `${farebox.url}/paid/order`,
      { item: 'tea' },
      { authorization: `Bearer ${other.token}`, 'idempotency-key': 'key-6' },
    );
    expect(theirs.status).toBe(201);
    expect(theirs.text).not.toBe(mine.text);
  });

  it('a key that cannot be used: 400 that names it, not billed', async () => {
    const billed = await countAt('ok');
    const { status, json } = await get('ok', { 'idempotency-key': 'two words' });
    expect([status, json['errors']]).toEqual([400, [expect.objectContaining({ field: 'Idempotency-Key' })]]);
    expect(await countAt('ok')).toBe(billed);
  });

  it('a claim whose process died is given up after a minute, and the call billed once', async () => {
    const { headers } = await order('tea', 'key-7');
    await farebox.query(
      `update call_keys set status = null, headers = null, body = null, claimed_until = now() + interval '1 minute', call_id = $1 where key = 'key-7'`,
      [headers.get('x-request-id')],
    );
    expect((await order('tea', 'key-7')).json['code']).toBe('idempotency_key_in_use');
    await farebox.query(`update call_keys set claimed_until = now() where key = 'key-7'`);
    expect((await order('tea', 'key-7')).status).toBe(201);
  });
});

it('paid routes document how they refuse', () => {
  // The committed document, which is held to the routes: in the test runner's own modules there is none.
  const { paths } = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8')) as {
    paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
  };
  expect(Object.keys(paths['/test-service']?.['get']?.responses ?? {})).toEqual(
    expect.arrayContaining(['402', '409', '422', '503']),
  );
});
