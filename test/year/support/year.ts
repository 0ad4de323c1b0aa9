import type { LedgerEntry } from '../../../src/modules/metering/ledger/ledger-entry.js';
import { bearer, post, request } from '../../support/farebox.js';
import { differences, type Invoice, sums } from './compare.js';
import { type Customer, entryOf } from './customer.js';
import { type Deed, endOf, GIVEN_UP, type Life, livesOf, type YearForm } from './lives.js';
import { DAY, edges } from './oracle.js';
import { type Plant, YearWorld } from './year-world.js';

const MINUTE = 60;
/** After a period's end, while the invoice is a draft: late calls have come and are told. At some ends it is looked before, too. */
const afterAnEnd = (edge: number): number[] =>
  edge % 3 === 0 ? [edge + 20 * MINUTE, edge + 45 * MINUTE] : [edge + 45 * MINUTE];

const noonOf = (day: number): number => day * DAY + DAY / 2;
/** Once a fortnight: its reconciliation looks back 40 days, and takes its time so as not to press Stripe. */
const isSweptAt = (moment: number): boolean => moment % (14 * DAY) === DAY / 2;

export interface YearResult {
  /** What is not as the oracle says; empty when all is well. */
  differences: string[];
  invoices: number;
  calls: number;
  overHttp: number;
}

/** Lets everybody live their year, and compares all invoices with the oracle's. @param plant what is wrong */
export async function liveTheYear(form: YearForm, plant?: Plant): Promise<YearResult> {
  const world = await YearWorld.start((form.from - DAY) * 1000, plant);
  try {
    const year = new Year(world, form);
    await year.live();
    return await year.result();
  } catch (error) {
    throw new Error(`the year stopped at ${new Date(world.now).toISOString()}\n${world.log()}`, {
      cause: error,
    });
  } finally {
    await world.stop();
  }
}

class Year {
  private readonly lives: Life[];
  private readonly customers = new Map<Life, Customer>();
  private readonly end: number;
  private overHttp = 0;
  private said = '';

  constructor(
    private readonly world: YearWorld,
    form: YearForm,
  ) {
    this.lives = livesOf(form);
    this.end = endOf(form);
    this.restartAt = form.from + Math.round(((this.end - form.from) / DAY) * 0.6) * DAY;
  }

  private readonly restartAt: number;

  async live(): Promise<void> {
    const { world } = this;
    const deeds = this.lives.flatMap((life) => life.deeds.map((deed) => ({ life, deed })));
    let restarted = false;
    const reports = this.reports();
    for (const moment of this.moments(reports)) {
      const write = () => this.writeCalls(moment);
      if (!restarted && moment > this.restartAt) {
        restarted = true;
        // Calls come in and periods end while nobody is there to hear of it.
        await world.restart(moment * 1000, write);
      } else await write();
      await world.moveTo(moment * 1000);
      const now = deeds.filter(({ deed }) => deed.at === moment);
      for (const { life, deed } of now) await this.perform(life, deed);
      if (reports.has(moment)) await world.report();
      this.say(moment);
      if (isSweptAt(moment)) await world.sweep();
    }
    await this.close();
  }

  /** For whoever waits: a line for every month. */
  private say(moment: number): void {
    const month = new Date(moment * 1000).toISOString().slice(0, 7);
    if (month === this.said) return;
    this.said = month;
    process.stderr.write(`${month}: ${this.customers.size} customers\n`);
  }

  /** When usage is told: after every period's end, when somebody changes something, and on every day at least once. */
  private reports(): Set<number> {
    const all = new Set<number>();
    for (const life of this.lives) {
      for (const { at, do: deed } of life.deeds) if (deed.kind !== 'call') all.add(at);
      for (const edge of edges(life, Math.min(this.end, life.ended?.at ?? this.end)))
        if (edge > life.signedUpAt) for (const moment of afterAnEnd(edge)) all.add(moment);
      if (life.ended?.billed === false) all.add(life.ended.at);
    }
    const days = new Set([...all].map((moment) => Math.floor(moment / DAY)));
    const first = Math.min(...this.lives.map(({ signedUpAt }) => signedUpAt));
    for (let day = Math.floor(first / DAY); day * DAY < this.end; day++)
      if (!days.has(day) || isSweptAt(noonOf(day))) all.add(noonOf(day));
    return all;
  }

  /** Every moment at which something happens or is told, in order. */
  private moments(reports: Iterable<number>): number[] {
    const deeds = this.lives.flatMap((life) => life.deeds.map(({ at }) => at));
    const all = new Set([...reports, ...deeds]);
    return [...all].filter((moment) => moment < this.end).toSorted((a, b) => a - b);
  }

  /** What has been called by now and is to be in the ledger by now. */
  private async writeCalls(moment: number): Promise<void> {
    const entries: LedgerEntry[] = [];
    for (const [life, customer] of this.customers) {
      const later = life.planned.findIndex(({ writtenAt }) => writtenAt > moment);
      for (const { at } of life.planned.splice(0, later < 0 ? Infinity : later)) {
        entries.push(entryOf(customer, at));
        life.calls.push(at);
      }
    }
    await this.world.write(entries);
  }

  private async perform(life: Life, { at: planned, do: deed }: Deed): Promise<void> {
    const { world } = this;
    // A second later than planned, maybe: webhooks of this moment had to wait for each other.
    const at = Math.floor(world.now / 1000);
    if (deed.kind === 'sign-up') {
      // Then its periods, and the end of one at which it is to leave, are that much later too.
      if (life.ended) life.ended.at += at - life.signedUpAt;
      life.signedUpAt = at;
      return this.signUp(life);
    }
    const customer = this.customerOf(life);
    switch (deed.kind) {
      case 'call':
        return this.call(customer);
      case 'plan':
        {
          const { pendingChange } = (await this.ask(customer, 'plan', { plan: deed.plan })) as {
            pendingChange: { at: string } | null;
          };
          // A change that is no upgrade, or by which something would start anew, is made when the period ends.
          const made = pendingChange ? Date.parse(pendingChange.at) / 1000 : at;
          for (const change of life.changes) if (change.at === planned) change.at = made;
        }
        break;
      case 'cancel':
        if (deed.when === 'now') life.ended = { at, billed: true };
        await this.ask(customer, 'cancel', { at: deed.when });
        break;
      case 'card':
        await this.useCard(customer, deed.card);
        break;
    }
    await world.listen();
  }

  private async signUp(life: Life): Promise<void> {
    const { world } = this;
    const email = `${life.name.replaceAll(' ', '-')}@example.com`;
    const person = { email, firstname: 'Ada', lastname: life.name, plan: life.plan };
    const { status, json, text } = await post(`${world.appUrl}/register`, person);
    if (status !== 200) throw new Error(`${life.name} could not register: ${text}`);
    const customerId = String(json['customerId']);
    const [account] = await world.query<{ id: string }>(
      `select id from accounts where customer_id = '${customerId}'`,
    );
    const customer: Customer = {
      life,
      customerId,
      token: String(json['jwt']),
      accountId: String(account?.id),
      subscriptionId: String(json['subscriptionId']),
    };
    this.customers.set(life, customer);
    await this.useCard(customer, 'pm_card_visa');
    // What is paid ahead waits for the card, as it does on the page that a person would be shown.
    for (const { id, status: state } of await world.list<Invoice>('invoices', { customer: customerId }))
      if (state === 'open') await world.stripe(`invoices/${id}/pay`);
    await world.listen();
  }

  private async useCard({ customerId }: Customer, card: string): Promise<void> {
    const method = await this.world.stripe(`payment_methods/${card}/attach`, { customer: customerId });
    await this.world.stripe(`customers/${customerId}`, {
      'invoice_settings[default_payment_method]': String(method['id']),
    });
  }

  private async ask({ life, token }: Customer, what: 'plan' | 'cancel', body: object): Promise<unknown> {
    const { status, text, json } = await post(`${this.world.appUrl}/account/${what}`, body, {
      authorization: `Bearer ${token}`,
    });
    if (status !== 200) throw new Error(`${life.name}: ${what} was answered with ${status} ${text}`);
    return json;
  }

  private async call({ life, token }: Customer): Promise<void> {
    const { status, text } = await request(`${this.world.appUrl}/test-service`, bearer(token));
    if (status !== 200) throw new Error(`${life.name}: a call was answered with ${status} ${text}`);
    life.calls.push(this.world.now);
    this.overHttp++;
  }

  /** The year is over: who is still there cancels, so that everything that was used is billed. */
  private async close(): Promise<void> {
    const { world } = this;
    await this.writeCalls(this.end);
    await world.moveTo(this.end * 1000);
    await world.report();
    for (const life of this.lives) await this.expectStatus(life);
    // All at once, as each waits for the others' processes. The clock may have been moved on a little meanwhile.
    const at = Math.floor(world.now / 1000);
    const remaining = this.lives.filter(({ ended }) => !ended);
    await Promise.all(remaining.map((life) => this.ask(this.customerOf(life), 'cancel', { at: 'now' })));
    for (const life of remaining) life.ended = { at, billed: true };
    await world.listen();
    // The last invoices are held until they are looked at, and final an hour after they were let go. A look may find that
    // somebody else reports: in life the next one comes a minute later.
    for (const look of [1, 2, 3]) {
      await world.moveTo((this.end + (look * DAY) / 4) * 1000);
      await world.sweep();
      await world.report();
    }
    await world.moveTo((this.end + GIVEN_UP) * 1000);
    await world.report();
  }

  private async expectStatus(life: Life): Promise<void> {
    const [account] = await this.world.query<{ status: string }>(
      `select status from accounts where customer_id = '${this.customerOf(life).customerId}'`,
    );
    if (account?.status !== life.status)
      this.world.troubles.push(`${life.name} should be ${life.status} and is ${account?.status}`);
  }

  async result(): Promise<YearResult> {
    const { world } = this;
    const invoices = await world.list<Invoice>('invoices');
    const customers = [...this.customers.values()];
    const until = Math.floor(world.now / 1000);
    const calls = customers.reduce((sum, { life }) => sum + life.calls.length, 0);
    return {
      differences: [...world.troubles, ...differences(customers, invoices, until), ...sums(invoices, calls)],
      invoices: invoices.length,
      calls,
      overHttp: this.overHttp,
    };
  }

  private customerOf(life: Life): Customer {
    const customer = this.customers.get(life);
    if (!customer) throw new Error(`${life.name} has not signed up yet`);
    return customer;
  }
}
