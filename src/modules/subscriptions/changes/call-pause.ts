import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { AccountsService, AccountView } from '../../accounts/index.js';

/** The lease of a pause lapses when its process is killed. Longer than settling usage takes at most. */
const LEASE_MS = 60_000;
/** Until every process has seen it: twice the interval at which account state is read when notifications are lost. */
const SEEN_MS = 1_000;

/** Makes paid calls of an account wait, in every process, while its subscription changes. */
@Injectable()
export class CallPause {
  constructor(
    private readonly accounts: AccountsService,
    private readonly view: AccountView,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `work` while the account's calls wait; they continue when it ends, also when it fails.
   * @param work is given `renew`, to be called before steps that must not outlast the pause.
   */
  async during<T>(
    { accountId, customerId }: { accountId: string; customerId: string },
    work: (renew: () => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const renew = () => this.accounts.pauseCalls(accountId, new Date(this.clock.ms() + LEASE_MS));
    await renew();
    try {
      await this.view.catchUp(customerId);
      await delay(SEEN_MS);
      return await work(renew);
    } finally {
      // When the database is down, the lease lapses.
      await this.accounts.pauseCalls(accountId, null).catch(() => undefined);
    }
  }
}
