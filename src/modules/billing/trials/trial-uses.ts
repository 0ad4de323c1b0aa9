import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { and, inArray, ne } from 'drizzle-orm';
import { Catalog } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { normaliseEmail } from '../../accounts/index.js';
import { trialUses } from './trials.tables.js';

/** The keys that identify a customer beginning a trial. */
export interface TrialCustomer {
  accountId?: string;
  email: string;
  /** The provider's fingerprint of the card: the same for every customer that uses it. */
  card?: string | undefined;
}

/** One trial for each account, mailbox and card, unless the catalog says `repeatTrials: true`. */
@Injectable()
export class TrialUses {
  constructor(
    private readonly database: Database,
    private readonly catalog: Catalog,
    private readonly clock: Clock,
  ) {}

  /** Whether a trial may be offered; `take` decides whether it is granted. */
  async mayOffer(customer: TrialCustomer): Promise<boolean> {
    if (this.catalog.switches.repeatTrials) return true;
    const found = await this.database.run((db) =>
      db
        .select({ key: trialUses.key })
        .from(trialUses)
        .where(inArray(trialUses.key, keysOf(customer)))
        .limit(1),
    );
    return found.length === 0;
  }

  /**
   * Records that the subscription is in its trial. Of concurrent ones, the first gets it. Safe to repeat.
   * @returns false when one of its keys has had another trial: this one must end.
   */
  async take(customer: TrialCustomer, subscriptionId: string): Promise<boolean> {
    if (this.catalog.switches.repeatTrials) return true;
    const keys = keysOf(customer).toSorted();
    const createdAt = this.clock.now();
    return this.database.transaction(async (tx) => {
      await tx
        .insert(trialUses)
        .values(keys.map((key) => ({ key, subscriptionId, createdAt })))
        .onConflictDoNothing();
      const others = await tx
        .select({ key: trialUses.key })
        .from(trialUses)
        .where(and(inArray(trialUses.key, keys), ne(trialUses.subscriptionId, subscriptionId)))
        .limit(1);
      return others.length === 0;
    });
  }
}

function keysOf({ accountId, email, card }: TrialCustomer): string[] {
  return [
    ...(accountId === undefined ? [] : [`account:${accountId}`]),
    `email:${mailboxDigest(email)}`,
    ...(card === undefined ? [] : [`card:${card}`]),
  ];
}

/** `ada+2@example.com` is delivered to ada@example.com. Hashed, as it outlives the account. */
function mailboxDigest(email: string): string {
  const [, local = '', domain = ''] = /^([^+@]+)(?:\+[^@]*)?@([^@]+)$/.exec(normaliseEmail(email)) ?? [];
  return createHash('sha256')
    .update(local === '' ? normaliseEmail(email) : `${local}@${domain}`)
    .digest('hex');
}
