import { Injectable } from '@nestjs/common';
import type { MeterDefinition } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { translateDatabaseError } from '../../../platform/database/database-errors.js';
import { MeterInspection, type MeterState } from '../../billing/ports/diagnostics.js';
import { ProviderTotals } from '../billing/provider-totals.js';
import { UsageReporter } from '../meter-events/index.js';
import {
  callsSeen,
  countedCall,
  type CountedMeter,
  openPeriod,
  type TestedPeriod,
} from '../../meters/index.js';
import type { StageResult } from './meter-test-progress.js';
import { reportedUsage } from './reported-usage.js';

const APPLY = 'Run: npm run farebox -- catalog apply';

const UNUSABLE: Record<Exclude<MeterState, 'usable'>, { failed: string; advice: string }> = {
  missing: { failed: 'Stripe has no such meter.', advice: APPLY },
  inactive: { failed: 'The meter is switched off at Stripe.', advice: APPLY },
  no_sum: {
    failed: 'The meter at Stripe does not sum its events.',
    advice: 'Give it another eventName in the catalog, or use a meter with the formula "sum". ' + APPLY,
  },
  pre_aggregated: {
    failed:
      'The meter at Stripe has an event time window: it keeps the latest event of each hour or day and drops the others.',
    advice: `Give it another eventName in the catalog: a window can't be changed at Stripe. ${APPLY}`,
  },
};

/** Checks the current state of each stage of a meter test. */
@Injectable()
export class MeterTestProbes {
  constructor(
    private readonly inspection: MeterInspection,
    private readonly database: Database,
    private readonly reporter: UsageReporter,
    private readonly totals: ProviderTotals,
    private readonly clock: Clock,
  ) {}

  /** Checks that the meter is in the catalog, at Stripe, and used by a price. @throws {BillingUnavailableError} */
  async meter(
    name: string,
    definition: MeterDefinition | undefined,
  ): Promise<StageResult<{ meter: CountedMeter; plans: readonly string[] }>> {
    if (!definition)
      return {
        failed: `The catalog has no meter "${name}".`,
        advice: 'Use a name from "meters" in the catalog file.',
      };
    const { state, provider, plans } = await this.inspection.inspect(name);
    if (state !== 'usable') return UNUSABLE[state];
    if (!provider) return UNUSABLE.missing;
    if (plans.length === 0)
      return {
        failed: "No active price of the catalog's plans uses the meter: its usage is never billed.",
        advice: `Set the meter in the price of a plan. ${APPLY}`,
      };
    return {
      found: { meter: { definition, provider }, plans },
      message: `active at Stripe as ${provider.id}, used by the price of ${plans.join(', ')}`,
    };
  }

  async subscription(
    { provider }: CountedMeter,
    plans: readonly string[],
    customerId: string | undefined,
  ): Promise<StageResult<TestedPeriod>> {
    const found = await this.ask((sql) => openPeriod(sql, provider.id, this.clock.now(), customerId));
    if (!found) return { waiting: `no customer has a subscription to ${plans.join(' or ')} yet` };
    const others = found.customers > 1 ? `, and ${found.customers - 1} more` : '';
    return { found, message: `${found.customerId} has one${others}` };
  }

  /** @param byHand why the test makes no call itself */
  async call(
    meter: CountedMeter,
    since: Date,
    customerId: string | undefined,
    byHand: string | undefined,
  ): Promise<StageResult<TestedPeriod>> {
    const found = await this.ask((sql) => countedCall(sql, meter, since, customerId));
    if (found) return { found, message: `a call of ${found.customerId} was counted` };
    const { calls, uncounted, last } = await this.ask((sql) => callsSeen(sql, since, customerId));
    const asked = byHand === undefined ? '' : `${byHand}; `;
    if (calls === 0) return { waiting: `${asked}no paid call since the test began` };
    if (uncounted > 0)
      return {
        waiting: `${asked}${uncounted} of ${calls} paid calls are not counted yet; the latest: ${last}`,
      };
    return { waiting: `${asked}${calls} paid calls, none of which matches the meter; the latest: ${last}` };
  }

  async report({ definition }: CountedMeter, period: TestedPeriod): Promise<StageResult<true>> {
    const report = await this.reporter.report();
    if (!report)
      return { waiting: 'another process is reporting, or a meter of the catalog is missing at Stripe' };
    const { value, reported, pending, reason } = await this.ask((sql) =>
      reportedUsage(sql, definition.name, period),
    );
    if (reason !== null)
      return {
        failed: `Stripe refuses the usage: ${reason}.`,
        advice: 'It is kept and retried every hour. Fix what Stripe reports: see docs/usage.md.',
      };
    if (pending > 0) return { waiting: 'Stripe is not available at the moment; the usage is recorded' };
    return { found: true, message: `${reported} of ${value} units reported for this period` };
  }

  /** @param what must be at the provider: what Farebox reported, or the meter's value where another reports it. */
  async total(
    { definition, provider }: CountedMeter,
    period: TestedPeriod,
    what: 'reported' | 'value',
  ): Promise<StageResult<true>> {
    const { [what]: wanted } = await this.ask((sql) => reportedUsage(sql, definition.name, period));
    const asked = { ...period, meter: definition.name, providerMeter: provider.id, taken: wanted };
    const [total] = await this.ask((sql) => this.totals.of(sql, [asked]));
    const { units: shown } = total ? await total() : { units: 0n };
    if (shown < wanted) return { waiting: `Stripe shows ${shown} of ${wanted} units so far` };
    if (shown === wanted)
      return {
        found: true,
        message: `Stripe shows ${shown} ${shown === 1n ? 'unit' : 'units'}, as reported`,
      };
    return {
      found: true,
      message: `Stripe shows ${shown} units, but ${wanted} were reported: another sender reports to this meter. Run: npm run farebox -- usage reconcile`,
    };
  }

  /** Where the count itself is billed. */
  async counted({ definition }: CountedMeter, period: TestedPeriod): Promise<StageResult<true>> {
    const { value } = await this.ask((sql) => reportedUsage(sql, definition.name, period));
    return {
      found: true,
      message: `${value} ${value === 1n ? 'unit' : 'units'} counted: added to the invoice of the period before it is final`,
    };
  }

  private async ask<T>(work: (sql: Database['pool']) => Promise<T>): Promise<T> {
    try {
      return await work(this.database.pool);
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }
}
