import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CanActivate, Controller, type ExecutionContext, Get, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentCall, type MeteredCall, Monetized } from '../../../src/modules/ledger/index.js';
import { UnitCorrections } from '../../../src/modules/ledger/recording/unit-corrections.js';
import { type AdapterName, type InProcess, startInProcess } from '../../support/in-process.js';
import { until } from '../../support/processes.js';
import { rawOf } from './ways.controller.js';

/** Where a call stands: the test waits until it is there, and has it go on. */
class Gate {
  reached = false;
  private release: () => void = () => undefined;
  readonly open = new Promise<void>((resolve) => (this.release = resolve));

  async wait(): Promise<void> {
    this.reached = true;
    await this.open;
  }

  go(): void {
    this.release();
  }
}

let gate: Gate;
let closed: Promise<unknown>;

class Waits implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    closed = once(rawOf(context.switchToHttp().getResponse<FastifyReply>()), 'close');
    await gate.wait();
    return true;
  }
}

@Monetized()
@Controller('aborts')
class AbortsController {
  @UseGuards(Waits)
  @Get('guard')
  guard(@CurrentCall() call: MeteredCall): string {
    call.addUnits(7);
    return 'late';
  }

  @UseGuards(Waits)
  @Get('guard-never')
  guardNever(@CurrentCall() call: MeteredCall, @Res() _reply: FastifyReply): void {
    call.addUnits(7);
  }

  @Get('handler')
  async handler(
    @CurrentCall() call: MeteredCall,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    closed = once(rawOf(reply), 'close');
    call.addUnits(3);
    await gate.wait();
    call.addUnits(4);
    return 'late';
  }

  @Get('stream')
  stream(@CurrentCall() call: MeteredCall, @Res() reply: FastifyReply): void {
    closed = once(rawOf(reply), 'close');
    call.addUnits(3);
    rawOf(reply).write('first');
    gate.reached = true;
    // The model went on until it heard of it.
    void closed.then(() => call.addUnits(20));
  }

  @Get('plain')
  plain(@CurrentCall() call: MeteredCall): string {
    call.addUnits(1);
    return 'plain';
  }

  @Get('slow')
  async slow(@CurrentCall() call: MeteredCall): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    call.addUnits(2);
    return 'slow';
  }
}

let farebox: InProcess;
beforeEach(() => {
  gate = new Gate();
});

async function open(): Promise<Socket> {
  const { hostname, port } = new URL(farebox.url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  return socket;
}

const head = (token: string, path: string, key?: string, verb = 'GET'): string =>
  `${verb} /aborts/${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n${key === undefined ? '' : `idempotency-key: ${key}\r\n`}\r\n`;

async function booked(customerId: string) {
  farebox.app.get(UnitCorrections).lookAtAll();
  const rows = await farebox.query('select status, units::int, corrects from calls where customer_id = $1', [
    customerId,
  ]);
  const calls = rows.filter(({ corrects }) => corrects === null);
  return {
    calls: calls.map(({ status }) => status),
    units: rows.reduce((sum, { units }) => sum + Number(units), 0),
  };
}

describe.each<AdapterName>(['fastify', 'express'])('on %s', (adapter) => {
  beforeAll(async () => {
    farebox = await startInProcess([AbortsController], {}, [], [], adapter);
  });
  afterAll(() => farebox?.stop());

  describe.each([
    ['without a key', undefined],
    ['with a key', 'k'],
  ])('a caller that hangs up, %s,', (_title, key) => {
    async function hangUpAt(path: string) {
      const { token, customerId } = await farebox.newCustomer();
      const socket = await open();
      socket.write(head(token, path, key));
      await until(() => gate.reached);
      if (path === 'stream') await once(socket, 'data');
      socket.destroy();
      await closed;
      gate.go();
      return { token, customerId };
    }
    const again = (token: string, path: string) =>
      fetch(`${farebox.url}/aborts/${path}`, {
        headers: { authorization: `Bearer ${token}`, ...(key ? { 'idempotency-key': key } : {}) },
      });

    it.each([
      ['while guards work', 'guard', 7],
      ['while the handler works', 'handler', 7],
      ['while the answer streams', 'stream', 23],
    ])('%s: is billed what was done, once', async (_when, path, units) => {
      const { customerId } = await hangUpAt(path);
      await until(async () => (await booked(customerId)).units === units);
      expect(await booked(customerId)).toEqual({ calls: [200], units });
    });

    it('while the handler works, and calls again: answered from the key, or made and billed again', async () => {
      const { token, customerId } = await hangUpAt('handler');
      await until(async () => (await booked(customerId)).units === 7);
      const answer = await again(token, 'handler');
      expect(answer.headers.get('idempotent-replayed')).toBe(key ? 'true' : null);
      expect(await answer.text()).toBe('late');
      await until(async () => (await booked(customerId)).units === (key ? 7 : 14));
    });

    it('after the answer: nothing changes', async () => {
      const { token, customerId } = await farebox.newCustomer();
      const socket = await open();
      socket.write(head(token, 'plain', key));
      await once(socket, 'data');
      socket.destroy();
      expect(await booked(customerId)).toEqual({ calls: [200], units: 1 });
    });
  });

  it('whose handler never answers, and who left while guards worked, is known to have left', async () => {
    const { token, customerId } = await farebox.newCustomer();
    const socket = await open();
    socket.write(head(token, 'guard-never'));
    await until(() => gate.reached);
    socket.destroy();
    await closed;
    gate.go();
    const { open: watched } = farebox.app.get(UnitCorrections) as unknown as {
      open: Set<{ closedAt?: number }>;
    };
    await until(() => [...watched].some(({ closedAt }) => closedAt !== undefined));
    expect(await booked(customerId)).toEqual({ calls: [], units: 0 });
  });

  it('requests one after the other on a connection, sent at once, are answered in their order and billed each', async () => {
    const { token, customerId } = await farebox.newCustomer();
    const socket = await open();
    socket.write(['slow', 'plain', 'slow', 'plain'].map((path) => head(token, path)).join(''));
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    const bodies = () => [...text.matchAll(/\r\n\r\n(slow|plain)/g)].map(([, body]) => body);
    await until(() => bodies().length === 4);
    expect(bodies()).toEqual(['slow', 'plain', 'slow', 'plain']);
    expect(await booked(customerId)).toEqual({ calls: [200, 200, 200, 200], units: 6 });
    socket.destroy();
  });

  it('HEAD of a route of @Get() is 405 and free, and its connection goes on', async () => {
    const { token, customerId } = await farebox.newCustomer();
    const socket = await open();
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.write(head(token, 'plain', undefined, 'HEAD') + head(token, 'plain'));
    await until(() => text.endsWith('plain'));
    expect(text).toMatch(/^HTTP\/1\.1 405 /);
    expect(text).toMatch(/^allow: GET\r$/im);
    expect(await booked(customerId)).toEqual({ calls: [200], units: 1 });
    socket.destroy();
  });
});
