import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../../platform/clock/clock.js';
import { Settings } from '../../../../platform/config/settings.js';
import { Log } from '../../../../platform/logging/logger.js';
import { UsageCustomerGoneError, UsageSink } from '../../../billing/ports/usage-sink.js';
import type { CountedMeter } from '../../../meters/index.js';
import { floorMinute, nextMinute } from '../reporting/minutes.js';
import { markCustomerGone, markProven, type Standing, standingIntents } from '../reporting/intent-store.js';
import type { Suspect } from './loss-evidence.js';
import { noteVisible } from '../../progress-store.js';
import { seenOf } from './visible-usage.js';

const ASKED_AT_ONCE = 8;

/** The provider's totals, compared with what it accepted. */
export interface Proof {
  proven: number;
  /** Customers and meters whose totals differ from what was reported. */
  mismatched: number;
  /** How many customers and meters have totals that could not be read. */
  failed: number;
  /** Settled, and not in the totals. */
  suspects: Suspect[];
}

/** The customer whose usage is to be proven at once, however recent: usage reported with times before `before`. */
export interface ProofScope {
  customerId: string;
  before: Date;
}

/** A page of everything: a number of customers and meters after this one. */
export interface ProofPage {
  after: StretchKey | undefined;
  limit: number;
  /** Only customers and meters with absent usage. */
  absentOnly?: boolean;
}

export type StretchKey = Record<'customerId' | 'meter', string>;

interface Stretch extends StretchKey {
  /** The provider's id of the meter. */
  provider: string;
  from: Date;
  to: Date;
}

/**
 * Checks whether accepted usage has arrived in the provider's totals: events may be rejected after they were accepted. An
 * intent has a minute of its own, or shares it with few, so that the totals show whether it arrived. One stretch of time
 * is queried for a customer and meter, however long: the provider allows few reads.
 */
@Injectable()
export class UsageProof {
  private readonly log: Log;
  private readonly settlingMs: number;

  constructor(
    private readonly sink: UsageSink,
    private readonly clock: Clock,
    settings: Settings,
    log: Log,
  ) {
    this.log = log.named('usage');
    this.settlingMs = settings.get('USAGE_SETTLING');
  }

  /** Of one customer, for a waiting caller: absent usage is not accepted as lost here. */
  async prove(client: pg.ClientBase, meters: readonly CountedMeter[], scope: ProofScope): Promise<Proof> {
    return this.look(client, await this.unproven(client, meters, scope), true);
  }

  /** A page of everything that has settled. @returns also where the next page begins; `undefined` after the last. */
  async provePage(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    page: ProofPage,
  ): Promise<Proof & { next: StretchKey | undefined }> {
    const stretches = await this.unproven(client, meters, undefined, page);
    const proof = await this.look(client, stretches, false);
    return { ...proof, next: stretches.length < page.limit ? undefined : stretches.at(-1) };
  }

  private async look(
    client: pg.ClientBase,
    stretches: readonly Stretch[],
    lagExpected: boolean,
  ): Promise<Proof> {
    const proof: Proof = { proven: 0, mismatched: 0, failed: 0, suspects: [] };
    for (let from = 0; from < stretches.length; from += ASKED_AT_ONCE) {
      const asked = stretches.slice(from, from + ASKED_AT_ONCE);
      const totals = await Promise.allSettled(
        asked.map(({ provider, customerId, from: first, to }) =>
          this.sink.total(provider, customerId, first, to),
        ),
      );
      // Queries of one connection run one by one.
      for (const [index, stretch] of asked.entries())
        await this.proveStretch(client, stretch, totals[index], proof, lagExpected);
    }
    return proof;
  }

  /** From the first to the last unproven minute of each customer and meter. */
  private async unproven(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    scope: ProofScope | undefined,
    page: ProofPage = { after: undefined, limit: 1_000 },
  ): Promise<Stretch[]> {
    const { rows } = await client.query<Omit<Stretch, 'provider'>>(
      `select customer_id as "customerId", meter, min(at) as from, max(at) as to
       from farebox.usage_intents where state = 'sent' and sent_at <= $1 and meter = any($2::text[])
         and ($3::text is null or (customer_id = $3 and at < $4))
         and ($5::text is null or (customer_id, meter) > ($5, $6::text))
         and (not $8 or absent_at is not null)
       group by 1, 2 order by 1, 2 limit $7`,
      [
        new Date(this.clock.ms() - (scope ? 0 : this.settlingMs)),
        meters.map(({ definition }) => definition.name),
        scope?.customerId ?? null,
        scope?.before ?? null,
        page.after?.customerId ?? null,
        page.after?.meter ?? null,
        page.limit,
        page.absentOnly ?? false,
      ],
    );
    return rows.map(({ customerId, meter, from, to }) => ({
      customerId,
      meter,
      provider: meters.find(({ definition }) => definition.name === meter)?.provider.id ?? '',
      from: floorMinute(from),
      to: nextMinute(to),
    }));
  }

  /** A failure affects its own customer only. */
  private async proveStretch(
    client: pg.ClientBase,
    stretch: Stretch,
    total: PromiseSettledResult<bigint> | undefined,
    proof: Proof,
    lagExpected: boolean,
  ): Promise<void> {
    const { customerId } = stretch;
    try {
      if (total?.status !== 'fulfilled') throw total?.reason;
      await this.judge(client, stretch, total.value, proof, lagExpected);
    } catch (error) {
      if (error instanceof UsageCustomerGoneError) {
        await markCustomerGone(client, customerId);
        this.log.warn('A customer was deleted at Stripe: its usage stays unproven.', {
          customer: customerId,
        });
        return;
      }
      proof.failed++;
      if (proof.failed === 1)
        this.log.warn(
          "Stripe's totals of a customer could not be read; will be retried.",
          { customer: customerId },
          error,
        );
    }
  }

  private async judge(
    client: pg.ClientBase,
    { customerId, meter, provider, from, to }: Stretch,
    total: bigint,
    proof: Proof,
    lagExpected: boolean,
  ): Promise<void> {
    const ask = (start: Date, end: Date): Promise<bigint> =>
      this.sink.total(provider, customerId, start, end);
    const standing = await standingIntents(client, customerId, meter, from, to);
    const unproven = standing.filter(({ state }) => state === 'sent');
    const expected = standing.reduce((sum, { value, adjustment }) => sum + (adjustment ? 0n : value), 0n);
    // Just accepted: the totals may lag, so there is nothing to investigate yet.
    if (lagExpected && total !== expected && !unproven.some((intent) => this.hasSettled(intent))) {
      if (total > expected) this.logMismatch({ customerId, meter, expected, total }, proof);
      return;
    }
    const { visible, absent, unexplained } = await seenOf(standing, { from, to, total }, ask);
    await markProven(client, visible);
    await this.noteVisible(client, provider, visible);
    proof.proven += visible.length;
    for (const intent of absent) if (this.hasSettled(intent)) proof.suspects.push({ ...intent, provider });
    if (unexplained.length > 0 && !(lagExpected && total < expected))
      this.logMismatch({ customerId, meter, expected, total }, proof);
  }

  /** An intent that shares its minute may have been mistaken for another, and an adjustment for the usage it takes back. */
  private async noteVisible(
    client: pg.ClientBase,
    provider: string,
    visible: readonly Standing[],
  ): Promise<void> {
    const times = visible.flatMap(({ ownMinute, adjustment, firstAttemptedAt }) =>
      ownMinute && !adjustment && firstAttemptedAt ? [firstAttemptedAt.getTime()] : [],
    );
    if (times.length > 0) await noteVisible(client, provider, new Date(Math.max(...times)));
  }

  private hasSettled({ sentAt }: Standing): boolean {
    return sentAt !== null && this.clock.ms() - sentAt.getTime() >= this.settlingMs;
  }

  private logMismatch(
    {
      customerId,
      meter,
      expected,
      total,
    }: Record<'customerId' | 'meter', string> & Record<'expected' | 'total', bigint>,
    proof: Proof,
  ): void {
    proof.mismatched++;
    this.log.error(
      "Stripe's totals differ from what was reported: another sender reports to the same meter. Nothing is changed. Run: npm run farebox -- usage reconcile",
      { customer: customerId, meter, reported: expected.toString(), shown: total.toString() },
    );
  }
}
