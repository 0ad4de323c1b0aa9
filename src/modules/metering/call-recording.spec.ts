import { afterEach, describe, expect, it } from '@jest/globals';
import fastifyOf, { type FastifyInstance } from 'fastify';
import { Catalogue } from '../../catalogue/index.js';
import type { Settings } from '../../platform/config/settings.js';
import { Log } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { TestClock } from '../../../test/support/test-clock.js';
import { CallRecording } from './call-recording.js';
import { LedgerUnavailableError } from './ledger/ledger-errors.js';
import type { Ledger } from './ledger/ledger.js';
import { LostCalls } from './lost-calls.js';

const ACCOUNT = { accountId: 'a', customerId: 'cus_1', subscriptionId: 'sub_1', plan: 'standard' };

let fastify: FastifyInstance | undefined;
afterEach(() => fastify?.close());

/** A paid route, on a ledger that can put calls nowhere. */
async function answerWithout(durability: 'async' | 'commit') {
  fastify = fastifyOf();
  fastify.addHook('onRequest', (request, _reply, done) => {
    Object.assign(request, {
      exchange: {
        principal: { account: ACCOUNT, tokenId: 't', user: null },
        startedAt: new Date(),
        metered: { units: 1, recorded: false },
      },
    });
    done();
  });
  fastify.get('/paid', () => ({ answer: 42 }));
  const ledger = {
    backlog: 0,
    append: (_entry: unknown, done: (error?: Error) => void) =>
      done(new LedgerUnavailableError(new Error('the disk is full'))),
  } as unknown as Ledger;
  const clock = new TestClock(new Date('2026-03-01T00:00:00Z'));
  const metrics = new Metrics();
  const recording = new CallRecording(
    { httpAdapter: { getInstance: () => fastify } } as never,
    ledger,
    {} as never,
    {} as never,
    clock,
    new LostCalls(clock, metrics, Log.create('silent')),
    new Catalogue('test', [], [], ''),
    { get: () => durability } as unknown as Settings,
  );
  recording.onModuleInit();
  const { statusCode } = await fastify.inject({ url: '/paid' });
  const lost = /^farebox_ledger_calls_lost_total (\d+)$/m.exec(await metrics.registry.metrics())?.[1];
  return { statusCode, lost };
}

describe('a call that neither PostgreSQL nor the spool takes', () => {
  it('is counted as lost when its answer has left', async () => {
    expect(await answerWithout('async')).toEqual({ statusCode: 200, lost: '1' });
  });

  it('is not answered else, so that nothing is lost', async () => {
    expect(await answerWithout('commit')).toEqual({ statusCode: 503, lost: '0' });
  });
});
