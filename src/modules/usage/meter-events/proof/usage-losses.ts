import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../../platform/clock/clock.js';
import { Settings } from '../../../../platform/config/settings.js';
import { Database } from '../../../../platform/database/database.js';
import { Log } from '../../../../platform/logging/logger.js';
import { Metrics } from '../../../../platform/metrics/metrics.js';
import { UsageSink } from '../../../billing/ports/usage-sink.js';
import type { CountedMeter } from '../../../meters/index.js';
import { type Intent, markAbsent, markCustomerGone, markLost } from '../reporting/intent-store.js';
import { type Evidence, lossEvidence, type Suspect } from './loss-evidence.js';
import { readProgress, writeProgress } from '../../progress-store.js';
import { UsageCanaries } from './usage-canaries.js';

/** More than that at once is a fault of the totals, not a loss. */
const BELIEVED_AT_ONCE = 5;
const BREAKER = 'breaker';

/** The result for events that the totals do not show. */
export interface Judgement {
  lost: number;
  /** They wait for evidence, or for an operator. */
  absent: number;
  /** How many are not accepted as lost, as they are too many; 0 when the breaker is closed. */
  breaker: number;
}

/** Decides which events are lost: those for which there is evidence, and few of them at once. */
@Injectable()
export class UsageLosses {
  private readonly log: Log;
  private readonly settlingMs: number;
  private readonly proofMs: number;
  private readonly lost;

  constructor(
    private readonly sink: UsageSink,
    private readonly canaries: UsageCanaries,
    private readonly clock: Clock,
    settings: Settings,
    database: Database,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('usage');
    this.settlingMs = settings.get('USAGE_SETTLING');
    this.proofMs = settings.get('USAGE_PROOF_INTERVAL');
    this.lost = metrics.counter(
      'usage_events_lost_total',
      'Meter events that the provider took and never counted: there is evidence. They are reported again.',
    );
    metrics.gauge(
      'usage_breaker_open',
      'Meter events that would count as lost and are too many to be believed: none is reported again. 0: closed.',
      async () => (await readProgress<{ suspects: number }>(database.pool, BREAKER))?.details.suspects ?? 0,
    );
    metrics.gauge(
      'usage_events_absent',
      "Meter events that the provider's totals do not show though they should have settled: they wait for evidence.",
      async () => {
        const { rows } = await database.pool.query<{ count: number }>(
          `select count(*)::int as count from farebox.usage_intents where state = 'sent' and absent_at is not null`,
        );
        return rows[0]?.count ?? 0;
      },
    );
  }

  /** @param suspects all events that a full check found absent, after USAGE_SETTLING. */
  async judge(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    suspects: readonly Suspect[],
  ): Promise<Judgement> {
    await markAbsent(client, suspects, this.clock.now());
    const evidence = await this.evidence(client, suspects);
    const proven = suspects.filter((_, index) => evidence[index] !== undefined);
    const open = suspects.filter((_, index) => evidence[index] === undefined);
    for (const { provider } of meters)
      if (open.some((suspect) => suspect.provider === provider.id))
        await this.canaries.send(client, provider);
    const recent = await this.lostRecently(client);
    const breaker = proven.length > 0 && proven.length + recent > BELIEVED_AT_ONCE ? proven.length : 0;
    await writeProgress(client, BREAKER, this.clock.now(), { suspects: breaker });
    if (breaker > 0) {
      this.logBreaker(proven, recent);
      return { lost: 0, absent: suspects.length, breaker };
    }
    let lost = 0;
    for (const suspect of proven) if (await this.lose(client, suspect)) lost++;
    return { lost, absent: open.length, breaker };
  }

  /** For each, why it is lost; `undefined` without evidence. */
  async evidence(
    client: pg.ClientBase,
    suspects: readonly Suspect[],
  ): Promise<readonly (Evidence | undefined)[]> {
    for (const provider of new Set(suspects.map((suspect) => suspect.provider)))
      await this.canaries.look(client, provider);
    return lossEvidence(client, suspects, this.settlingMs);
  }

  /** @returns whether it is reported again. */
  async lose(
    client: pg.ClientBase,
    suspect: Intent,
    reason: 'not_in_totals' | 'operator' = 'not_in_totals',
  ): Promise<boolean> {
    const { customerId, meter, n, value } = suspect;
    try {
      // Stripe rejects events of a customer that it has deleted; reported again, they would be rejected again.
      if (await this.sink.isGone(customerId)) {
        await markCustomerGone(client, customerId);
        this.log.warn('A customer was deleted at Stripe: usage that it did not count stays unreported.', {
          customer: customerId,
        });
        return false;
      }
    } catch (error) {
      this.log.warn('A customer could not be read from Stripe; will be retried.', {}, error);
      return false;
    }
    if (!(await markLost(client, suspect, reason, this.clock.now()))) return false;
    this.lost.inc();
    this.log.error('Stripe took usage and does not count it. It is reported again under a new number.', {
      customer: customerId,
      meter,
      n,
      value: value.toString(),
    });
    return true;
  }

  private async lostRecently(client: pg.ClientBase): Promise<number> {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from farebox.usage_intents
       where state = 'lost' and lost_at > $1 and reason = 'not_in_totals'`,
      [new Date(this.clock.ms() - this.proofMs)],
    );
    return rows[0]?.count ?? 0;
  }

  private logBreaker(proven: readonly Suspect[], recent: number): void {
    this.log.error(
      "Many meter events are not in Stripe's totals although later ones are. That is more likely a fault of its totals than a loss, so none is reported again until the totals show them or an operator decides. Run: npm run farebox -- usage lost",
      {
        suspects: proven.length,
        lostBefore: recent,
        customers: [...new Set(proven.map(({ customerId }) => customerId))].slice(0, 10),
      },
    );
  }
}
