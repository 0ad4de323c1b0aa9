import { describe } from '@jest/globals';
import { FakeUsageSink } from '../../support/fake-usage-sink.js';
import { TestClock } from '../../support/test-clock.js';
import { type SinkTarget, usageSinkContract } from './usage-sink.contract.js';

const METER = {
  name: 'calls',
  id: 'mtr_1',
  eventName: 'contract_calls',
  customerKey: 'stripe_customer_id',
  valueKey: 'value',
};

/** The fake that the tests of `usage` use. */
async function openFake(): Promise<SinkTarget> {
  const clock = new TestClock(new Date('2026-03-10T12:00:20Z'));
  const sink = new FakeUsageSink(clock, [METER]);
  let customers = 0;
  return {
    sink,
    meter: METER,
    newCustomer: async () => `cus_${++customers}`,
    now: () => clock.now(),
    pass: async (ms) => clock.advance(ms),
    fault: async (fault) => {
      sink.faults.push(fault);
    },
    deleteCustomer: async (customerId) => {
      sink.gone.add(customerId);
    },
    lag: async (ms, customerId) => {
      if (customerId === undefined) sink.lagMs = ms ?? 0;
      else if (ms === null) sink.lagOf.delete(customerId);
      else sink.lagOf.set(customerId, ms);
    },
    loseTotal: async () => {
      sink.lostTotals++;
    },
    close: async () => undefined,
  };
}

describe("the fake of Stripe's meters", () => usageSinkContract(openFake));
