import type { LedgerEntry } from '../../../src/modules/ledger/store/ledger-entry.js';
import type { ChangeLife } from './change-lives.js';
import { type Answered, ChangeOracle, type Due } from './change-oracle.js';
import { type Invoice, unitsOf } from './compare.js';
import { DAY } from './oracle.js';
import { entryOf, type Member, People } from './people.js';
import { YearWorld } from './year-world.js';

const MINUTE = 60;
/** While an invoice is a draft: its usage is reported, and an hour after Stripe's webhook was answered it can be released. */
const AFTER = [45 * MINUTE, 110 * MINUTE];
/** Usage is reported every few days, and otherwise by changes and at the ends of periods. */
const REPORTS = 4 * DAY;

/** What was seen, and what the oracle says. */
export interface Changed {
  /** Empty when all is well. */
  differences: string[];
  invoices: Due[];
  calls: number;
  /** How many requests were answered with what. */
  answers: Record<number, number>;
}

/** Lets everybody live their changes until a time, in one world. */
export async function liveChanges(
  lives: readonly ChangeLife[],
  until: number,
): Promise<Map<ChangeLife, Changed>> {
  const first = Math.min(...lives.map(({ signedUpAt }) => signedUpAt));
  const world = await YearWorld.start((first - DAY) * 1000, { catalog: 'changes.yaml' });
  try {
    const changes = new Changes(world, lives, until);
    await changes.live();
    return await changes.result();
  } catch (error) {
    throw new Error(`the changes stopped at ${new Date(world.now).toISOString()}\n${world.log()}`, {
      cause: error,
    });
  } finally {
    await world.stop();
  }
}

/** Someone who has signed up, and how it went. */
interface Living {
  life: ChangeLife;
  member: Member;
  signedUpAt: number;
  acts: { at: number; act: ChangeLife['acts'][number]['act'] }[];
  answers: Answered[];
  /** Milliseconds. */
  calls: number[];
  waiting: number[];
}

/** With the calls that are billed by it. */
type Counted = Invoice & { units: bigint };

class Changes {
  private readonly people: People;
  private readonly living = new Map<ChangeLife, Living>();

  constructor(
    private readonly world: YearWorld,
    private readonly lives: readonly ChangeLife[],
    private readonly until: number,
  ) {
    this.people = new People(world);
  }

  async live(): Promise<void> {
    const { world } = this;
    const reports = this.reports();
    for (const moment of this.moments(reports)) {
      await this.writeCalls(moment);
      await world.moveTo(moment * 1000);
      for (const life of this.lives) {
        if (life.signedUpAt === moment) await this.signUp(life);
        for (const { at, act } of life.acts) if (at === moment) await this.perform(life, act);
      }
      if (reports.has(moment)) await this.report();
    }
    await this.close();
  }

  private reports(): Set<number> {
    const all = new Set<number>();
    for (const { signedUpAt, acts, plan } of this.lives) {
      const { invoices } = new ChangeOracle({ plan, signedUpAt, acts, calls: [] }, this.until);
      for (const { at } of invoices) for (const after of AFTER) all.add(at + after);
    }
    const first = Math.min(...this.lives.map(({ signedUpAt }) => signedUpAt));
    for (let at = first + REPORTS; at < this.until; at += REPORTS) all.add(at);
    return all;
  }

  private moments(reports: Iterable<number>): number[] {
    const all = new Set(reports);
    for (const { signedUpAt, acts } of this.lives)
      for (const { at } of [{ at: signedUpAt }, ...acts]) all.add(at);
    return [...all].filter((moment) => moment < this.until).toSorted((a, b) => a - b);
  }

  private async report(): Promise<void> {
    await this.world.report();
    await this.world.sweep('billing.invoice-holds');
    await this.world.listen();
  }

  /** What has been called by now. Whoever has left calls no more. */
  private async writeCalls(moment: number): Promise<void> {
    const entries: LedgerEntry[] = [];
    for (const living of this.living.values()) {
      const later = living.waiting.findIndex((at) => at >= moment * 1000);
      const due = living.waiting.splice(0, later < 0 ? Infinity : later);
      const plan = living.answers.at(-1)?.plan ?? living.life.plan;
      for (const at of due.filter((call) => call < endOf(living, moment) * 1000)) {
        entries.push(entryOf(living.member, plan, at));
        living.calls.push(at);
      }
    }
    await this.world.write(entries);
  }

  private async signUp(life: ChangeLife): Promise<void> {
    const signedUpAt = Math.floor(this.world.now / 1000);
    const member = await this.people.signUp(`seed ${life.name}`, life.plan);
    await this.world.stripe.control('meter-lag', { customer: member.customerId, lagMs: life.lagMs });
    const waiting = life.calls.filter((at) => at >= (signedUpAt + 1) * 1000);
    this.living.set(life, { life, member, signedUpAt, acts: [], answers: [], calls: [], waiting });
  }

  private async perform(life: ChangeLife, act: ChangeLife['acts'][number]['act']): Promise<void> {
    const living = this.livingOf(life);
    const at = Math.floor(this.world.now / 1000);
    // A second later than planned, maybe: what was called meanwhile is in the ledger as well.
    await this.writeCalls(at);
    const [what, body] = requestOf(act);
    const { status, json, text } = await this.people.ask(living.member, what, body);
    if (status >= 500) throw new Error(`${life.name}: ${what} was answered with ${status} ${text}`);
    // Before time goes on: a period may end in the next second.
    const account = status === 200 ? json : await this.people.account(living.member);
    living.acts.push({ at, act });
    living.answers.push(standingOf(status, account));
    await this.world.listen();
  }

  /** Who is left cancels, and all invoices become final. */
  private async close(): Promise<void> {
    const { world } = this;
    await world.moveTo(this.until * 1000);
    await this.writeCalls(this.until);
    await this.report();
    for (const living of this.living.values())
      await this.perform(living.life, { kind: 'cancel', when: 'now' });
    for (const after of [...AFTER, DAY, 2 * DAY]) {
      await world.moveTo((this.until + after) * 1000);
      await world.sweep();
      await this.report();
    }
  }

  async result(): Promise<Map<ChangeLife, Changed>> {
    const { world } = this;
    const invoices = await world.stripe.list<Invoice>('invoices');
    const unpriced = await world.unpriced();
    const reconciled = await world.reconcile();
    const result = new Map<ChangeLife, Changed>();
    for (const living of this.living.values()) {
      const { customerId } = living.member;
      const found = this.compare(
        living,
        invoices
          .filter(({ customer }) => customer === customerId)
          .map((invoice) => ({
            ...invoice,
            units: unitsOf({ ...invoice, unpriced: unpriced.get(invoice.id) ?? 0n }),
          })),
      );
      for (const row of reconciled)
        if (row.customerId === customerId && row.verdict !== 'equal' && row.verdict !== 'billed')
          found.differences.push(`${row.startsAt} is reconciled as ${row.verdict}: ${row.ledger} calls`);
      result.set(living.life, found);
    }
    const [some] = result.values();
    some?.differences.push(...world.troubles);
    return result;
  }

  private compare({ life, signedUpAt, acts, calls, answers }: Living, actual: Counted[]): Changed {
    const oracle = new ChangeOracle({ plan: life.plan, signedUpAt, acts, calls }, this.world.now / 1000);
    const differences = [
      ...answersApart(acts, answers, oracle.answers),
      ...invoicesApart(actual, oracle.invoices),
    ];
    const billed = actual.reduce((sum, { units }) => sum + units, 0n);
    if (billed !== BigInt(calls.length))
      differences.push(`${billed} calls are on invoices, and ${calls.length} were made`);
    const counts: Record<number, number> = {};
    for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
    const invoices = actual
      .map((invoice) => ({ at: invoice.created, cents: BigInt(invoice.total), calls: invoice.units }))
      .toSorted((a, b) => a.at - b.at);
    return { differences, invoices, calls: calls.length, answers: counts };
  }

  private livingOf(life: ChangeLife): Living {
    const living = this.living.get(life);
    if (!living) throw new Error(`${life.name} has not signed up yet`);
    return living;
  }
}

/** When the subscription has ended by that time, says the oracle; infinity while it goes on. */
function endOf({ life: { plan }, signedUpAt, acts, calls }: Living, until: number): number {
  return new ChangeOracle({ plan, signedUpAt, acts, calls }, until).endedAt;
}

type Act = ChangeLife['acts'][number]['act'];

function requestOf(act: Act): [what: string, body: object] {
  if (act.kind === 'plan') return ['plan', { plan: act.plan, ...(act.when ? { when: act.when } : {}) }];
  if (act.kind === 'cancel') return ['cancel', { at: act.when }];
  return [act.kind === 'resume' ? 'resume' : 'plan/cancel-change', {}];
}

function standingOf(status: number, account: Record<string, unknown>): Answered {
  const pending = account['pendingChange'] as { plan: string } | null | undefined;
  return {
    status,
    plan: String(account['plan']),
    next: pending?.plan ?? null,
    ending: account['status'] !== 'canceled' && account['cancelAt'] !== null,
  };
}

const time = (seconds: number): string => new Date(seconds * 1000).toISOString();

function answersApart(
  acts: readonly { at: number; act: Act }[],
  actual: readonly Answered[],
  expected: readonly Answered[],
): string[] {
  return expected.flatMap((answer, n) => {
    const [is, should] = [JSON.stringify(actual[n]), JSON.stringify(answer)];
    if (is === should) return [];
    return [`${time(acts[n]?.at ?? 0)}, ${JSON.stringify(acts[n]?.act)}: ${is}, should be ${should}`];
  });
}

function invoicesApart(actual: readonly Counted[], expected: readonly Due[]): string[] {
  const found: string[] = [];
  const left = [...actual];
  for (const { at, cents, calls } of expected) {
    const index = left.findIndex(({ created }) => created === at);
    const [invoice] = index < 0 ? [] : left.splice(index, 1);
    if (!invoice) found.push(`no invoice of ${time(at)} about ${cents}`);
    else if (BigInt(invoice.total) !== cents || invoice.units !== calls)
      found.push(
        `${time(at)}: ${invoice.total} for ${invoice.units} calls, should be ${cents} for ${calls}: ${linesOf(invoice)}`,
      );
    else if (invoice.status !== 'paid') found.push(`${time(at)}: the invoice is ${invoice.status}`);
  }
  for (const invoice of left)
    found.push(`${time(invoice.created)}: ${invoice.total} too many: ${linesOf(invoice)}`);
  return found;
}

function linesOf({ lines }: Invoice): string {
  return lines.data.map(({ amount, description }) => `${amount} ${description}`).join('; ');
}
