import { Injectable } from '@nestjs/common';

/**
 * `http` answers requests, `worker` does work that may run anywhere (counting, reporting, webhook events, mails), `all`
 * does both, `cli` is a command: it starts nothing.
 */
export type RoleName = 'all' | 'http' | 'worker' | 'cli';

/** Where something runs: in each process of the application, or in those that do background work. */
export type Place = 'everywhere' | 'worker';

/** The role of this process: the setting `ROLE`, or `cli`. */
@Injectable()
export class Role {
  constructor(readonly name: RoleName) {}

  /** Whether something with that place runs in this process. */
  runs(place: Place): boolean {
    if (this.name === 'http') return place === 'everywhere';
    return this.name !== 'cli';
  }

  /** Whether requests of customers and operators are answered, and not only those about health. */
  get answersRequests(): boolean {
    return this.name === 'all' || this.name === 'http';
  }
}
