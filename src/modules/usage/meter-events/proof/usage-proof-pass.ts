import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../../platform/clock/clock.js';
import { Settings } from '../../../../platform/config/settings.js';
import { Database } from '../../../../platform/database/database.js';
import { Shutdown } from '../../../../platform/lifecycle/shutdown.js';
import type { Suspect } from './loss-evidence.js';
import { readProgress, writeProgress } from '../../progress-store.js';
import { UsageLosses } from './usage-losses.js';
import { type StretchKey, UsageProof } from './usage-proof.js';
import { UsageReappearance } from './usage-reappearance.js';
import { UsageReportingLock } from '../../usage-reporting-lock.js';

/** The result of checking the totals. */
export interface ProofReport {
  proven: number;
  /** Accepted and never counted: reported again under a new number by the next report. */
  lost: number;
  /** Settled and not in the totals: they wait for evidence that they are lost, and not late. */
  absent: number;
  /** How many count as lost and are too many to be accepted as such: an operator decides. 0: none. */
  breaker: number;
  /** Customers and meters whose totals differ from what was reported. */
  mismatched: number;
  /** Customers and meters whose totals could not be read. */
  unknown: number;
}

export const NOTHING_PROVEN: Readonly<ProofReport> = {
  proven: 0,
  lost: 0,
  absent: 0,
  breaker: 0,
  mismatched: 0,
  unknown: 0,
};

/** Customers and meters per lock: three seconds' work, at the pace at which Stripe may be asked. */
const AT_A_TURN = 40;
/** Customers and meters checked again at each report, while something is absent. */
const FOLLOWED_UP = 20;
/** How long it waits for the lock: a batch of a report, a change of plan or an invoice comes between. */
const NEXT_TURN_MS = 60_000;
const LOCK = 'usage proof';
const PROGRESS = 'proof';

/**
 * Checks all accepted usage a few times a day: the provider allows few reads. Only then is absent usage judged, all of it
 * together. Meanwhile, as long as something is absent, some of it is followed up at each report.
 */
@Injectable()
export class UsageProofPass {
  private readonly intervalMs: number;

  constructor(
    private readonly lock: UsageReportingLock,
    private readonly proof: UsageProof,
    private readonly losses: UsageLosses,
    private readonly reappearance: UsageReappearance,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly shutdown: Shutdown,
    settings: Settings,
  ) {
    this.intervalMs = settings.get('USAGE_PROOF_INTERVAL');
  }

  /** @param when `due`: only when USAGE_PROOF_INTERVAL is over, or to follow up absent usage. */
  async run(when: 'now' | 'due'): Promise<ProofReport> {
    const work =
      when === 'now' || (await this.isDue()) ? 'all' : (await this.hasAbsent()) ? 'follow up' : undefined;
    if (!work) return NOTHING_PROVEN;
    let report: ProofReport = NOTHING_PROVEN;
    await this.database.withLock(LOCK, 0, async () => {
      report = await this.look(work);
    });
    return report;
  }

  private async look(work: 'all' | 'follow up'): Promise<ProofReport> {
    const begun = this.clock.now();
    const report = { ...NOTHING_PROVEN };
    const suspects: Suspect[] = [];
    let after: StretchKey | undefined;
    do {
      const position = after;
      const page = await this.lock.withLock(NEXT_TURN_MS, async (client, meters) => {
        const seen = await this.proof.provePage(client, meters, {
          after: position,
          limit: work === 'all' ? AT_A_TURN : FOLLOWED_UP,
          absentOnly: work === 'follow up',
        });
        suspects.push(...seen.suspects);
        const next = work === 'all' ? seen.next : undefined;
        if (next) return { ...seen, next, judged: {} };
        if (work === 'all') await this.reappearance.look(client, meters);
        const judged = await this.losses.judge(client, meters, suspects);
        if (work === 'all') await writeProgress(client, PROGRESS, begun);
        return { ...seen, next, judged };
      });
      if (!page || this.shutdown.inProgress) return report;
      report.proven += page.proven;
      report.mismatched += page.mismatched;
      report.unknown += page.failed;
      Object.assign(report, page.judged);
      after = page.next;
    } while (after);
    return report;
  }

  private async isDue(): Promise<boolean> {
    const last = await readProgress(this.database.pool, PROGRESS);
    return !last || Math.abs(this.clock.ms() - last.at.getTime()) >= this.intervalMs;
  }

  private async hasAbsent(): Promise<boolean> {
    const { rowCount } = await this.query(
      `select 1 from farebox.usage_intents where state = 'sent' and absent_at is not null limit 1`,
    );
    return Boolean(rowCount);
  }

  private query(text: string): Promise<pg.QueryResult> {
    return this.database.run(() => this.database.pool.query(text));
  }
}
