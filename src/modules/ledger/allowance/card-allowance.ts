import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Catalog } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import type { AccountState } from '../../../platform/identity/principal.js';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
import { Log } from '../../../platform/logging/logger.js';
import { PeriodCalls } from './period-calls.js';
import { Role } from '../../../platform/lifecycle/role.js';

/** Accounts that call at about the same time; the count of an evicted one is read again. */
const MAX_ACCOUNTS = 10_000;
/** Maximum age of a count while its account calls; it lacks calls that other processes let through meanwhile. */
const REFRESH_MS = 1_000;
/** A count that takes long is made less often: counting takes a twentieth of the time at most. */
const REST = 20;
/** The count shown may exceed the limit by the calls that were in progress. */
const SHOWN_BEYOND = 10_000;

/** An account's use of its allowance. Times in milliseconds since the epoch. */
interface Used {
  /** When the billing period began. */
  from: number;
  /** Calls in the ledger that began before the last read. */
  counted: number;
  /** Calls that this process has let through since. */
  own: number;
  known: boolean;
  nextReadAt: number;
  reading: Promise<void> | undefined;
}

/** The allowance as its owner sees it. */
export interface AllowanceShown {
  /** Paid calls of a billing period. */
  limit: number;
  used: number;
}

/**
 * Bounds the calls of an account without a payment method in a billing period (`withoutCard` of the catalog): calls in
 * the ledger, and those this process has let through since they were counted. The bound may be exceeded by calls in
 * progress, and by what other processes let through within REFRESH_MS. Accounts with a payment method are not checked.
 */
@Injectable()
export class CardAllowance implements OnApplicationBootstrap {
  private readonly limit: number | null;
  private readonly dashboard: string;
  private readonly used = new LRUCache<string, Used>({ max: MAX_ACCOUNTS });
  private readonly log: Log;

  constructor(
    catalog: Catalog,
    private readonly calls: PeriodCalls,
    private readonly clock: Clock,
    private readonly role: Role,
    settings: Settings,
    log: Log,
  ) {
    this.limit = catalog.switches.callsWithoutCard;
    this.dashboard = `${settings.get('PUBLIC_URL') ?? ''}/dashboard`;
    this.log = log.named('metering');
  }

  onApplicationBootstrap(): void {
    if (!this.role.runs('everywhere')) return;
    const { limit } = this;
    const allowed =
      limit === null ? 'any number of' : limit === 0 ? 'no' : `${limit.toLocaleString('en')} (and no more)`;
    this.log.info(
      `Accounts without a payment method may make ${allowed} paid calls in a billing period: withoutCard of the catalog says how many, 1,000 where it does not.`,
      { callsWithoutCard: limit ?? 'unlimited' },
    );
  }

  /**
   * Lets a call through, and counts it where required.
   * @param startedAt when the call arrived, UTC.
   * @returns at once, except for an account without a payment method whose count is not known or may be used up.
   * @throws {CardRequiredError}
   */
  admit(account: AccountState, startedAt: Date): true | Promise<true> {
    const { limit } = this;
    if (limit === null || account.paymentMethod !== 'missing') return true;
    if (limit === 0) throw new CardRequiredError(0, this.dashboard);
    const used = this.usedBy(account);
    if (!used.known || used.counted + used.own >= limit)
      return this.admitCounted(account, used, limit, startedAt);
    // Before this call is counted as our own: earlier ones are in the ledger or in progress.
    if (this.clock.ms() >= used.nextReadAt) void this.read(account, used, limit, startedAt);
    used.own++;
    return true;
  }

  /** Null for accounts without a limit. @throws {DatabaseUnavailableError} */
  async shown(account: AccountState): Promise<AllowanceShown | null> {
    const { limit } = this;
    if (limit === null || account.paymentMethod !== 'missing') return null;
    const wanted = {
      customerId: account.customerId,
      plan: account.plan,
      from: this.periodStart(account),
      to: this.clock.ms() + 1,
    };
    return { limit, used: await this.calls.count(wanted, limit + SHOWN_BEYOND) };
  }

  private async admitCounted(
    account: AccountState,
    used: Used,
    limit: number,
    startedAt: Date,
  ): Promise<true> {
    if (used.reading || this.clock.ms() >= used.nextReadAt) await this.read(account, used, limit, startedAt);
    if (used.counted + used.own >= limit) throw new CardRequiredError(limit, this.dashboard);
    used.own++;
    return true;
  }

  /** Counts again; one count at a time for an account. If it fails, the last known count stays in use. */
  private read(account: AccountState, used: Used, limit: number, startedAt: Date): Promise<void> {
    used.reading ??= this.count(account, used, limit, startedAt).finally(() => (used.reading = undefined));
    return used.reading;
  }

  private async count(
    { customerId, plan }: AccountState,
    used: Used,
    limit: number,
    startedAt: Date,
  ): Promise<void> {
    const { own } = used;
    const began = performance.now();
    try {
      const wanted = { customerId, plan, from: used.from, to: startedAt.getTime() };
      used.counted = await this.calls.count(wanted, limit);
      used.own -= own;
    } catch (error) {
      this.log.debug('Calls without a payment method could not be counted; the last count goes on.', {
        error: error instanceof Error ? error.name : 'unknown',
      });
    }
    used.known = true;
    used.nextReadAt = this.clock.ms() + Math.max(REFRESH_MS, (performance.now() - began) * REST);
  }

  private usedBy(account: AccountState): Used {
    const from = this.periodStart(account);
    const known = this.used.get(account.customerId);
    if (known?.from === from) return known;
    const used = { from, counted: 0, own: 0, known: false, nextReadAt: 0, reading: undefined };
    this.used.set(account.customerId, used);
    return used;
  }

  /** A period that is over is followed by the next one, though the provider may not have reported that yet. */
  private periodStart({ periodStart, periodEnd }: AccountState): number {
    const end = periodEnd.getTime();
    return this.clock.ms() >= end ? end : periodStart.getTime();
  }
}

/** The account has no payment method, and has used up its allowance without one. */
export class CardRequiredError extends FareboxError {
  /**
   * @param limit calls that it may make in a billing period; 0: none.
   * @param dashboard where a payment method is added.
   */
  constructor(limit: number, dashboard: string) {
    const reason =
      limit === 0
        ? 'Paid calls need a payment method on this account.'
        : `This account has no payment method, and has made the ${limit.toLocaleString('en')} paid calls of this billing period that need none.`;
    super(
      'payment_method_required',
      `${reason} Add one at ${dashboard}, or open the page of POST /account/billing-portal; calls are answered again right after.`,
    );
  }
}
