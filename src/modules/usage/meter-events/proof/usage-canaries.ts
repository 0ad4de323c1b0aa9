import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../../platform/clock/clock.js';
import { Settings } from '../../../../platform/config/settings.js';
import { newId } from '../../../../platform/ids/ids.js';
import { Log } from '../../../../platform/logging/logger.js';
import { type ProviderMeter, UsageSink } from '../../../billing/ports/usage-sink.js';
import { floorMinute, middleOf, MINUTE_MS, nextMinute } from '../reporting/minutes.js';
import { noteVisible } from '../../progress-store.js';

/** As long as the provider takes events, and longer than any lag seen so far. */
const WATCHED_MS = 35 * 86_400_000;
/** The newest are the strongest evidence. */
const LOOKED_AT = 5;

interface Canary {
  n: number;
  customerId: string;
  at: Date;
  createdAt: Date;
}

/**
 * Events of value 1 of a customer of our own at the provider, who has no subscription and so pays nothing. They are sent
 * only to decide whether something is lost or late when nothing else was sent since: once the totals show one, they have
 * come past the time at which it was sent. So an installation with a single customer gets evidence as well.
 */
@Injectable()
export class UsageCanaries {
  private readonly log: Log;
  private readonly settlingMs: number;
  private customerId: string | undefined;

  constructor(
    private readonly sink: UsageSink,
    private readonly clock: Clock,
    settings: Settings,
    log: Log,
  ) {
    this.log = log.named('usage');
    this.settlingMs = settings.get('USAGE_SETTLING');
  }

  /** Checks whether the totals show one that they did not show before. Never throws when the provider fails. */
  async look(client: pg.ClientBase, providerMeter: string): Promise<void> {
    const { rows } = await client.query<Canary>(
      `select n, customer_id as "customerId", at, created_at as "createdAt" from farebox.usage_canaries
       where meter = $1 and seen_at is null and sent_at is not null and created_at >= $2
         and n > coalesce((select max(n) from farebox.usage_canaries where meter = $1 and seen_at is not null), 0)
       order by n desc limit ${LOOKED_AT}`,
      [providerMeter, new Date(this.clock.ms() - WATCHED_MS)],
    );
    for (const canary of rows) if (await this.isSeen(client, providerMeter, canary)) return;
  }

  /** Sends one, unless one that is younger than USAGE_SETTLING is on its way. Never throws when the provider fails. */
  async send(client: pg.ClientBase, meter: ProviderMeter): Promise<void> {
    const now = this.clock.now();
    const { rows } = await client.query<{ n: number; at: Date; createdAt: Date; seen: boolean }>(
      `select n, at, created_at as "createdAt", seen_at is not null as seen from farebox.usage_canaries
       where meter = $1 order by n desc limit 1000`,
      [meter.id],
    );
    const [last] = rows;
    if (last && !last.seen && now.getTime() - last.createdAt.getTime() < this.settlingMs) return;
    const taken = new Set(rows.map(({ at }) => floorMinute(at).getTime()));
    let minute = floorMinute(now).getTime() - MINUTE_MS;
    while (taken.has(minute)) minute -= MINUTE_MS;
    try {
      this.customerId ??= await this.sink.canary();
      const canary = { n: (last?.n ?? 0) + 1, at: middleOf(new Date(minute)) };
      const identifier = `usage-canary:${newId()}`;
      await client.query(
        `insert into farebox.usage_canaries (meter, n, customer_id, identifier, at, created_at) values ($1, $2, $3, $4, $5, $6)`,
        [meter.id, canary.n, this.customerId, identifier, canary.at, now],
      );
      await this.sink.send({ meter, customerId: this.customerId, identifier, at: canary.at, value: 1n });
      await client.query('update farebox.usage_canaries set sent_at = $3 where meter = $1 and n = $2', [
        meter.id,
        canary.n,
        this.clock.now(),
      ]);
    } catch (error) {
      // It may have been deleted there: then another is made.
      this.customerId = undefined;
      this.log.warn('No canary could be sent to Stripe; will be retried.', {}, error);
    }
  }

  private async isSeen(client: pg.ClientBase, providerMeter: string, canary: Canary): Promise<boolean> {
    const from = floorMinute(canary.at);
    try {
      const total = await this.sink.total(providerMeter, canary.customerId, from, nextMinute(from));
      if (total === 0n) return false;
    } catch (error) {
      this.log.warn('The canary could not be read from Stripe; will be retried.', {}, error);
      return false;
    }
    await client.query('update farebox.usage_canaries set seen_at = $3 where meter = $1 and n = $2', [
      providerMeter,
      canary.n,
      this.clock.now(),
    ]);
    await noteVisible(client, providerMeter, canary.createdAt);
    return true;
  }
}
