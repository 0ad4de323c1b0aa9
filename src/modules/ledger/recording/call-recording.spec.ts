import { afterEach, describe, expect, it } from '@jest/globals';
import fastifyOf, { type FastifyInstance } from 'fastify';
import { Catalog } from '../../../catalog/index.js';
import type { Settings } from '../../../platform/config/settings.js';
import { type Exchange, exchangeOf } from '../../../platform/http/exchange.js';
import { FastifyExchanges } from '../../../platform/http/adapters/fastify-exchanges.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { TestClock } from '../../../../test/support/test-clock.js';
import { CallRecording } from './call-recording.js';
import { LedgerUnavailableError } from '../store/ledger-errors.js';
import type { LedgerEntry } from '../store/ledger-entry.js';
import type { Ledger } from '../writing/ledger.js';
import { LostCalls } from './lost-calls.js';
import { UnitCorrections } from './unit-corrections.js';
import { initialised } from '../../../../test/support/initialised.js';

const ACCOUNT = { accountId: 'a', customerId: 'cus_1', subscriptionId: 'sub_1', plan: 'standard' };

let fastify: FastifyInstance | undefined;
afterEach(() => fastify?.close());

type Append = (entry: LedgerEntry, done: (error?: Error) => void) => void;

/** A paid route on a ledger that `append` stands for. */
async function answerOn(append: Append, durability: 'async' | 'commit', named: Partial<Exchange> = {}) {
  const log = Log.create('silent');
  const ledger = { backlog: 0, append } as unknown as Ledger;
  const clock = new TestClock(new Date('2026-03-01T00:00:00Z'));
  const metrics = new Metrics();
  const lost = new LostCalls(clock, metrics, log);
  const recording = new CallRecording(
    ledger,
    { describe: undefined } as never,
    {} as never,
    initialised(new UnitCorrections(ledger, clock, lost, new Shutdown(log))),
    clock,
    lost,
    new Catalog('test', [], [], ''),
    { get: () => durability } as unknown as Settings,
  );
  fastify = fastifyOf();
  new FastifyExchanges(fastify, clock, { get: () => 0 } as unknown as Settings, {} as never).install();
  fastify.get('/paid', async (request) => {
    const principal = { account: ACCOUNT, tokenId: 't', user: 'ada' };
    const exchange = Object.assign(exchangeOf(request), { principal, ...named });
    recording.admit(exchange as Exchange, false).metered.addUnits(1);
    return { answer: 42 };
  });
  const { status } = await fetch(`${await fastify.listen({ port: 0, host: '127.0.0.1' })}/paid`);
  const text = await metrics.registry.metrics();
  return { status, lost: /^farebox_ledger_calls_lost_total (\d+)$/m.exec(text)?.[1] };
}

/** On a ledger that can put calls nowhere. */
const answerWithout = (durability: 'async' | 'commit') =>
  answerOn((_entry, done) => done(new LedgerUnavailableError(new Error('the disk is full'))), durability);

it('who is billed comes from the account and the token, whatever analytics calls them', async () => {
  const recorded: LedgerEntry[] = [];
  const append: Append = (entry, done) => {
    recorded.push(entry);
    done();
  };
  await answerOn(append, 'commit', { companyId: 'ours', userId: 'crm-7', sessionToken: 's' });
  expect(recorded.map(({ call }) => call)).toMatchObject([
    { customerId: 'cus_1', subscriptionId: 'sub_1', companyId: 'sub_1', userId: 'ada', sessionId: 't' },
  ]);
});

describe('a call that neither PostgreSQL nor the spool takes', () => {
  it('is counted as lost when its answer has left', async () => {
    expect(await answerWithout('async')).toEqual({ status: 200, lost: '1' });
  });

  it('is not answered else, so that nothing is lost', async () => {
    expect(await answerWithout('commit')).toEqual({ status: 503, lost: '0' });
  });
});
