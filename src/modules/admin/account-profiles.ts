import { Injectable } from '@nestjs/common';
import { AccountDirectory } from '../accounts/index.js';
import { TokenList } from '../auth/index.js';
import { WebhookEvents } from '../billing/index.js';
import { CallLog, type CallRecord } from '../ledger/index.js';
import { UsageOverview } from '../meters/index.js';
import type { AccountProfileDto } from './account-profile.dto.js';
import type { AccountCallDto } from './accounts.dto.js';

const LATEST = 20;

/** Combines the modules' data of one customer. */
@Injectable()
export class AccountProfiles {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly usage: UsageOverview,
    private readonly calls: CallLog,
    private readonly tokens: TokenList,
    private readonly webhooks: WebhookEvents,
  ) {}

  /** @returns `undefined` when there is no such account. */
  async of(customerId: string): Promise<AccountProfileDto | undefined> {
    const account = await this.directory.profile(customerId);
    if (!account) return undefined;
    const [usage, { calls }, tokens, webhooks] = await Promise.all([
      this.usage.ofCustomer(customerId),
      this.calls.page(customerId, { limit: LATEST }),
      this.tokens.live(account.accountId),
      this.webhooks.list(undefined, LATEST, customerId),
    ]);
    return {
      ...account,
      usage: usage.map(({ meter, startsAt, endsAt, value, reported }) => ({
        meter,
        periodStart: startsAt,
        periodEnd: endsAt,
        value: String(value),
        reported: String(reported),
        told: String(reported),
      })),
      calls: calls.map((call) => toCallDto(call)),
      tokens,
      webhooks,
    };
  }
}

function toCallDto({
  id,
  startedAt,
  verb,
  route,
  status,
  durationUs,
  units,
  user,
}: CallRecord): AccountCallDto {
  return { id, startedAt, verb, route, status, durationMs: durationUs / 1_000, units, user };
}
