import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { UsageSettlement } from '../usage-settlement.js';
import { InvoiceHolds } from './invoice-holds.js';
import { InvoiceMirror } from './invoice-mirror.js';

/** Twice in the hour for which the provider leaves a draft as it is; a request each, of those that it allows a month. */
const INTERVAL_MS = 30 * 60_000;

/**
 * Finds drafts of which no webhook event came: at the start, as events are refused while this system is away, and with
 * a sweep every half hour.
 */
@Injectable()
export class DraftSearch implements OnModuleInit {
  private searchedAt = -Infinity;

  constructor(
    private readonly mirror: InvoiceMirror,
    private readonly holds: InvoiceHolds,
    private readonly usage: UsageSettlement,
    private readonly clock: Clock,
    private readonly sweep: Sweep,
  ) {}

  onModuleInit(): void {
    this.sweep.register('billing.draft-search', () => this.search());
  }

  private async search(): Promise<void> {
    const now = this.clock.ms();
    if (!this.usage.isBound || Math.abs(now - this.searchedAt) < INTERVAL_MS) return;
    await this.mirror.findDrafts();
    this.searchedAt = now;
    this.holds.wake();
  }
}
