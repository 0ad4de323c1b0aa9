import type { LedgerEntry } from '../../../src/modules/ledger/store/ledger-entry.js';
import { differences, type Invoice, misnamed, sums, type TrialUnits } from './compare.js';
import { GIVEN_UP } from './bursts.js';
import type { Deed, Life, YearForm } from './life.js';
import { endOf, livesOf } from './lives.js';
import { DAY, edges, madeChanges } from './oracle.js';
import { entryOf, type Member, People } from './people.js';
import { type Plant, YearWorld } from './year-world.js';

const MINUTE = 60;
/**
 * After a period's end, while the invoice is a draft: late calls have come and are reported, and an hour after Stripe's
 * webhook was answered it can be released. At some ends it is looked before, too.
 */
const afterAnEnd = (edge: number): number[] => [
  ...(edge % 3 === 0 ? [edge + 20 * MINUTE] : []),
  edge + 45 * MINUTE,
  edge + 110 * MINUTE,
];

const noonOf = (day: number): number => day * DAY + DAY / 2;
/** Once a fortnight: its reconciliation looks back 40 days, and takes its time so as not to press Stripe. */
const isSweptAt = (moment: number): boolean => moment % (14 * DAY) === DAY / 2;

export interface YearResult {
  /** What is not as the oracle says; empty when all is well. */
  differences: string[];
  /** What the application's reconciliation names and should not, or the other way round. */
  misnamed: string[];
  /** So many periods were used and are on no invoice, says the reconciliation. */
  uninvoiced: number;
  /** What each customer was charged, in cents and in order, by the customer's name. */
  charged: Readonly<Record<string, readonly string[]>>;
  meterEvents: number;
  invoices: number;
  calls: number;
  overHttp: number;
}

type Customer = Member & { life: Life };

/** Lets everybody live their year, and compares all invoices with the oracle's. @param plant what is wrong */
export async function liveTheYear(
  form: YearForm,
  plant?: Plant,
  reporter?: 'stripe' | 'invoice',
): Promise<YearResult> {
  const world = await YearWorld.start((form.from - DAY) * 1000, { plant, reporter });
  try {
    const year = new Year(world, form, reporter === 'invoice' ? 'left out' : 'shown');
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
  private readonly people: People;
  private readonly customers = new Map<Life, Customer>();
  private readonly end: number;
  private overHttp = 0;
  private said = '';

  constructor(
    private readonly world: YearWorld,
    form: YearForm,
    private readonly trials: TrialUnits,
  ) {
    this.people = new People(world);
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
      if (reports.has(moment)) await this.report();
      this.say(moment);
      if (isSweptAt(moment)) await world.sweep();
    }
    await this.close();
  }

  /** Usage is reported, and drafts are held and released, as by the schedule every few minutes. */
  private async report(): Promise<void> {
    await this.world.report();
    await this.world.sweep('billing.invoice-holds');
    await this.world.listen();
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
      for (const { at, do: deed } of life.deeds) {
        if (deed.kind !== 'call') all.add(at);
        // What was used is on a last invoice, which is a draft at first.
        if (deed.kind === 'cancel' || deed.kind === 'dashboard')
          for (const moment of afterAnEnd(at)) all.add(moment);
      }
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
        const plan = life.changes.findLast((change) => change.at * 1000 <= at)?.plan ?? life.plan;
        entries.push(entryOf(customer, plan, at));
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
      // Then its periods, and the ends of those at which something is to happen, are that much later too.
      if (life.ended) life.ended.at += at - life.signedUpAt;
      life.voided = life.voided.map((end) => end + at - life.signedUpAt);
      life.signedUpAt = at;
      return this.signUp(life);
    }
    const customer = this.customerOf(life);
    switch (deed.kind) {
      case 'call':
        life.calls.push(await this.people.call(customer));
        this.overHttp++;
        return;
      case 'plan':
        for (const change of life.changes) if (change.at === planned) change.at = at;
        await this.changePlan(customer, deed.plan);
        break;
      case 'keep-plan':
        await this.ask(customer, 'plan/cancel-change');
        break;
      case 'cancel':
        if (deed.when === 'now') life.ended = { at, billed: true };
        await this.ask(customer, 'cancel', { at: deed.when });
        break;
      case 'resume':
        await this.ask(customer, 'resume');
        break;
      case 'dashboard':
        life.ended = { at, billed: deed.invoice };
        await this.people.endInDashboard(customer, deed);
        break;
      case 'void':
        if ((await this.people.voidOpenInvoices(customer)) !== 1)
          world.troubles.push(`${life.name} should have one open invoice`);
        break;
      case 'card':
        await this.people.useCard(customer, deed.card);
        break;
    }
    await world.listen();
  }

  private async signUp(life: Life): Promise<void> {
    const member = await this.people.signUp(life.name, life.plan, life);
    await this.world.stripe.control('meter-lag', { customer: member.customerId, lagMs: life.lagMs });
    this.customers.set(life, { ...member, life });
  }

  /** The change is made at once or waits for the period's end, as the oracle says, and the answer says so. */
  private async changePlan(customer: Customer, plan: string): Promise<void> {
    const { life } = customer;
    const now = this.world.now / 1000;
    const before = madeChanges(life).findLast(({ at }) => at < now)?.plan ?? life.plan;
    const atOnce = madeChanges(life).some(({ at }) => at === Math.floor(now));
    const answered = await this.ask(customer, 'plan', { plan });
    if (answered['plan'] !== (atOnce ? plan : before))
      this.world.troubles.push(
        `${life.name} is on ${String(answered['plan'])} after ${before} to ${plan} ${atOnce ? 'at once' : 'later'}`,
      );
  }

  private async ask(customer: Customer, what: string, body: object = {}): Promise<Record<string, unknown>> {
    let answer = await this.people.ask(customer, what, body);
    // "Send the same again and it carries on": on a busy machine others take a change's turn for longer than it waits.
    for (let more = 20; answer.status === 503 && more > 0; more--)
      answer = await this.people.ask(customer, what, body);
    const { status, json, text } = answer;
    if (status !== 200) throw new Error(`${customer.name}: ${what} was answered with ${status} ${text}`);
    return json;
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
      await this.report();
    }
    await world.moveTo((this.end + GIVEN_UP) * 1000);
    await this.report();
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
    const unpriced = await world.unpriced();
    const invoices = (await world.stripe.list<Invoice>('invoices')).map((invoice) => ({
      ...invoice,
      unpriced: unpriced.get(invoice.id) ?? 0n,
    }));
    const reconciled = await world.reconcile();
    const customers = [...this.customers.values()];
    const until = Math.floor(world.now / 1000);
    const calls = customers.reduce((sum, { life }) => sum + life.calls.length, 0);
    return {
      differences: [
        ...world.troubles,
        ...differences(customers, invoices, until, this.trials),
        ...sums(invoices, customers, until, this.trials),
      ],
      misnamed: misnamed(customers, reconciled, until),
      charged: chargedTo(customers, invoices),
      meterEvents: Number(
        (await world.query<{ n: string }>('select count(*) as n from usage_intents'))[0]?.n,
      ),
      uninvoiced: reconciled.filter(({ verdict }) => verdict === 'uninvoiced').length,
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

function chargedTo(customers: readonly Customer[], invoices: readonly Invoice[]): Record<string, string[]> {
  return Object.fromEntries(
    customers.map(({ customerId, name }) => [
      name,
      invoices
        .filter(({ customer }) => customer === customerId)
        .toSorted((a, b) => a.created - b.created)
        .map(({ status, total }) => `${status} ${total}`),
    ]),
  );
}
