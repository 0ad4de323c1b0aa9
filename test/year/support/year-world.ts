import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { OUR_EVENTS } from '../../../src/modules/billing/stripe/catalog/endpoint-events.js';
import type { UsageReport } from '../../../src/modules/usage/index.js';
import type { LedgerEntry } from '../../../src/modules/ledger/store/ledger-entry.js';
import { LedgerStore } from '../../../src/modules/ledger/store/ledger-store.js';
import { METER_READER } from '../../../src/modules/ledger/lines/ledger-lines.js';
import { post, STRIPE_KEY, TOKEN_SECRET } from '../../support/farebox.js';
import { createTestDatabase, withTables } from '../../support/postgres.js';
import { freePort } from '../../support/free-port.js';
import { type RunningProcess, runProcess, startProcess } from '../../support/processes.js';
import { TwinClient } from './twin-client.js';
import { WebhookRelay } from './webhook-relay.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
/** Webhooks of a moment come to rest in less, in the machine's time. */
const PATIENCE_MS = 120_000;
/** Who looks all the time takes the time of those who are looked at. */
const LOOK_AGAIN_MS = 3;

/**
 * What is wrong on purpose: the twin charges a cent too much, or leaves the usage off an invoice; the application reports
 * a call too many.
 */
export type Plant = 'cent' | 'unit' | 'line';

export interface WorldOptions {
  plant?: Plant | undefined;
  /** How usage comes onto invoices (USAGE_REPORTER); absent: by meter events. */
  reporter?: 'stripe' | 'invoice' | undefined;
  /** A file of test/year; absent: its monetization.yaml. */
  catalog?: string;
}

/** A row of `usage reconcile`. */
export interface Reconciled {
  customerId: string;
  /** ISO times. */
  startsAt: string;
  endsAt: string;
  verdict: string;
  ledger: string;
}

/** Application and Stripe twin on one clock, which stands still until it is moved. */
export class YearWorld {
  /** Milliseconds since the epoch, for everybody. */
  now: number;
  readonly appUrl: string;
  readonly stripe: TwinClient;
  /** What reports met and should not have. */
  readonly troubles: string[] = [];
  private app: RunningProcess | undefined;
  private control = '';
  private twin!: RunningProcess;
  private relay!: WebhookRelay;
  private sql!: pg.Client;
  private readonly ledger = new LedgerStore({ calls: [METER_READER], exchanges: null });
  private readonly release: (() => Promise<unknown> | void)[] = [];

  private constructor(
    private readonly ports: { app: number; stripe: number },
    private readonly home: string,
    private readonly databaseUrl: string,
    private readonly options: WorldOptions,
    startMs: number,
  ) {
    this.now = startMs;
    this.appUrl = `http://127.0.0.1:${ports.app}`;
    this.stripe = new TwinClient(`http://127.0.0.1:${ports.stripe}`);
  }

  static async start(startMs: number, options: WorldOptions = {}): Promise<YearWorld> {
    const [database, app, stripe] = await Promise.all([createTestDatabase(), freePort(), freePort()]);
    const home = mkdtempSync(join(tmpdir(), 'farebox-year-'));
    const world = new YearWorld({ app, stripe }, home, database.url, options, startMs);
    world.release.push(
      () => rmSync(home, { recursive: true, force: true }),
      () => database.drop(),
    );
    try {
      await world.begin();
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  private async begin(): Promise<void> {
    await this.startTwin();
    this.release.push(() => this.twin.stop());
    await this.stripe.control('settings', {
      clockOffsetMs: this.now,
      countOnlyVisible: true,
      // Its clock stands still, so no token would come back.
      rateLimitBurst: 1_000_000_000,
      endpointLimitBurst: 1_000_000_000,
      meterEventsBurst: 1_000_000_000,
    });
    const cli = path('../../../dist/cli.js');
    const applied = await runProcess({
      script: cli,
      args: ['catalog', 'apply'],
      env: this.env(),
      cwd: this.home,
    });
    if (applied.code !== 0) throw new Error(`catalog apply failed\n${applied.output()}`);
    this.relay = await WebhookRelay.start(() => this.now);
    this.release.push(() => this.relay.close());
    const endpoint = await this.stripe.post('webhook_endpoints', {
      url: this.relay.url,
      ...Object.fromEntries(OUR_EVENTS.map((type, n) => [`enabled_events[${n}]`, type])),
    });
    this.relay.secret = String(endpoint['secret']);
    this.relay.target = this.appUrl;
    await this.startApp();
    this.release.push(() => this.app?.stop());
    this.sql = new pg.Client(withTables(this.databaseUrl));
    await this.sql.connect();
    this.release.push(() => this.sql.end());
  }

  /** Moves both clocks, and waits until what the twin has to say has been heard. @param ms since the epoch */
  async moveTo(ms: number): Promise<void> {
    await this.set(ms);
    await this.listen();
  }

  private async set(ms: number): Promise<void> {
    this.now = ms;
    await Promise.all([
      this.command('clock', { ms }),
      this.stripe.control('settings', { clockOffsetMs: ms }),
    ]);
  }

  /** Waits until every webhook that is due has come and been applied. */
  async listen(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (performance.now() < deadline) {
      if (!(await this.stripe.isDelivered(this.now))) {
        await delay(LOOK_AGAIN_MS);
        continue;
      }
      await this.command('apply-webhooks');
      const { rowCount } = await this.sql.query(
        `select 1 from webhook_events where state = 'pending' limit 1`,
      );
      if (!rowCount) {
        if (!(await this.hasMessages())) return;
        // What webhooks tell the application's other parts is told by its jobs, in the machine's time.
        await delay(LOOK_AGAIN_MS);
        continue;
      }
      // Somebody else held the customer: it is due again in a moment, and time passes here only.
      await this.set(this.now + 1_000);
    }
    throw new Error('webhooks do not come to rest');
  }

  /** From now on no webhook arrives, or they do again. */
  loseWebhooks(loses: boolean): void {
    this.relay.loses = loses;
  }

  /** What was lost arrives after all, the latest first. */
  async deliverLost(): Promise<void> {
    await this.relay.deliverLost(this.now);
    await this.listen();
  }

  /** Whether something is on its way from one part of the application to another: that an invoice was made, say. */
  private async hasMessages(): Promise<boolean> {
    const { rowCount } = await this.sql.query(
      'select 1 from topic_deliveries where next_attempt_at <= $1 limit 1',
      [new Date(this.now)],
    );
    return Boolean(rowCount);
  }

  /** Counts and tells usage, as the schedule does. */
  async report(): Promise<void> {
    // There is nothing to report; drafts count for themselves.
    if (this.options.reporter === 'invoice') return;
    const report = (await this.command('report')) as UsageReport | null;
    if (!report) throw new Error('somebody else reports, or a meter is missing at the twin');
    const { unreportable, refused, postponed, mismatched, lost, absent, breaker, unknown } = report;
    const seen = {
      unreportable: unreportable.length,
      refused,
      postponed,
      mismatched,
      lost,
      absent,
      breaker,
      unknown,
    };
    for (const [name, count] of Object.entries(seen))
      if (count > 0) this.troubles.push(`${new Date(this.now).toISOString()}: a report met ${count} ${name}`);
  }

  /** What finds what was left lying, as once a minute. @param search one of them alone */
  async sweep(search?: string): Promise<void> {
    await this.command('sweep', { search });
  }

  /** Ledger, meters, Stripe's totals and invoices side by side, of all periods. */
  async reconcile(): Promise<Reconciled[]> {
    const rows = (await this.command('reconcile')) as Reconciled[] | null;
    if (!rows) throw new Error('somebody else reconciles, or a meter is missing at the twin');
    return rows;
  }

  /** Bills what is late, or on no invoice, of a period of `usage reconcile`, by an operator's decision. */
  async billLate(period: { customerId: string; meter: string; startsAt: string }): Promise<unknown> {
    return this.command('bill-late', period);
  }

  private async command(name: string, body: object = {}): Promise<unknown> {
    const { status, text } = await post(`${this.control}/${name}`, body);
    if (status !== 200) throw new Error(`${name}: ${text}`);
    return JSON.parse(text);
  }

  /** Puts calls into the ledger that were made before, as the spool does. */
  async write(entries: readonly LedgerEntry[]): Promise<void> {
    for (let from = 0; from < entries.length; from += 1_000)
      await this.ledger.insert(this.sql, entries.slice(from, from + 1_000));
  }

  /**
   * By invoice: what a change left off its line and what costs nothing more (free, of a package that was begun, or less than
   * half a cent) is settled with an invoice without an item on it. That it costs nothing more, the invoice's amount says.
   */
  async unpriced(): Promise<Map<string, bigint>> {
    const rows = await this.query<{ invoice: string; units: string }>(
      `select invoice_id as invoice, sum(units)::text as units from late_bills
       where state = 'billed' and item_id is null and invoice_id is not null group by 1`,
    );
    return new Map(rows.map(({ invoice, units }) => [invoice, BigInt(units)]));
  }

  async query<T extends pg.QueryResultRow>(text: string): Promise<T[]> {
    return (await this.sql.query<T>(text)).rows;
  }

  /** Stops application and twin, does something at a later time, and starts both again on what they had. */
  async restart(nowMs: number, meanwhile: () => Promise<void>): Promise<void> {
    await this.app?.stop();
    this.now = nowMs;
    await this.stripe.control('settings', { clockOffsetMs: nowMs });
    await meanwhile();
    await this.twin.stop();
    await this.startTwin();
    await this.startApp();
  }

  /** The last lines that application and twin have written. */
  log(): string {
    return [this.app, this.twin].map((process) => process?.output().slice(-5_000)).join('\n');
  }

  async stop(): Promise<void> {
    for (const release of this.release.toReversed()) await release();
  }

  private async startTwin(): Promise<void> {
    this.twin = await startProcess({
      script: path('./year-twin.js'),
      args: ['--data', join(this.home, 'stripe'), '--port', String(this.ports.stripe)],
      env: { YEAR_PLANT: this.options.plant ?? '' },
      ready: 'message',
    });
  }

  private async startApp(): Promise<void> {
    // What is planted is planted once: not after the restart again.
    this.app = await startProcess({
      script: path('./year-app.js'),
      execArgv: ['--import', path('./year-ids.js')],
      env: {
        ...this.env(),
        YEAR_NOW_MS: String(this.now),
        YEAR_PLANT: this.app ? '' : (this.options.plant ?? ''),
      },
      cwd: this.home,
      ready: 'message',
    });
    this.control = (this.app.messages[0] as { control: string }).control;
  }

  private env(): Record<string, string> {
    return {
      STRIPE_KEY,
      STRIPE_API_BASE: this.stripe.url,
      STRIPE_WEBHOOK_SECRET: this.relay?.secret ?? '',
      TOKEN_SECRET,
      TOKEN_TTL: '3650d',
      DATABASE_URL: this.databaseUrl,
      CATALOG: path(`../${this.options.catalog ?? 'monetization.yaml'}`),
      FAREBOX_HOME: this.home,
      HOST: '127.0.0.1',
      PORT: String(this.ports.app),
      // By hand, when it is time.
      REPORT_INTERVAL: '1d',
      USAGE_REPORTER: this.options.reporter ?? 'stripe',
      // Nothing is dropped: the last reconciliation is of all of it.
      LEDGER_RETENTION: '3650d',
      REGISTRATION_RATE_LIMIT: '1000000',
      LOG_LEVEL: process.env['YEAR_LOG'] ?? 'error',
    };
  }
}
