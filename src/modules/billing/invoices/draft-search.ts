import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { UsageSettlement } from '../../subscriptions/index.js';
import { InvoiceHolds } from './invoice-holds.js';
import { InvoiceMirror } from './invoice-mirror.js';

/** Twice in the hour before the provider finalizes a draft; each is a request, and those are limited per month. */
const INTERVAL_MS = 30 * 60_000;

/**
 * Finds drafts whose webhook event never arrived: at the start, as events are refused while this system is down, and
 * with a sweep every half hour.
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
