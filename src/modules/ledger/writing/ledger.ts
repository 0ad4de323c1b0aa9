import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { DatabaseStartup } from '../../../platform/database/database-startup.js';
import { Readiness } from '../../../platform/health/readiness.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { Spool } from '../spool/spool.js';
import { SpoolDrain } from '../spool/spool-drain.js';
import { LedgerConnection } from './ledger-connection.js';
import type { LedgerEntry } from '../store/ledger-entry.js';
import { LedgerUnavailableError } from '../store/ledger-errors.js';
import { measureLedger } from './ledger-metrics.js';
import { LedgerReaders } from '../store/ledger-readers.js';
import { LedgerStore } from '../store/ledger-store.js';
import { type BatchSink, commitOrPark, LedgerWriter } from './ledger-writer.js';
import { parkCall } from '../store/parked.js';

const PROBE_MS = 500;

/**
 * The ledger: an appended call is on disk, in PostgreSQL or, while that is unavailable, in the spool, which is later
 * drained into it. This class knows which of the two applies.
 */
@Injectable()
export class Ledger implements BatchSink, OnModuleInit {
  private readonly store: LedgerStore;
  private readonly connection: LedgerConnection;
  private readonly drainConnection: LedgerConnection;
  private readonly spoolFiles: Spool;
  private readonly drain: SpoolDrain;
  private readonly writer: LedgerWriter;
  private readonly patienceMs: number;
  private readonly spools: boolean;
  private readonly log: Log;
  private readonly counted;
  /** Since when the database is unavailable, in milliseconds since the epoch; `undefined` while it is available. */
  private awaySince: number | undefined;
  private probe: NodeJS.Timeout | undefined;
  private draining: Promise<void> | undefined;
  private stopped = false;

  constructor(
    database: Database,
    settings: Settings,
    private readonly readers: LedgerReaders,
    private readonly clock: Clock,
    private readonly startup: DatabaseStartup,
    private readonly sweep: Sweep,
    private readonly shutdown: Shutdown,
    private readonly readiness: Readiness,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('ledger');
    this.store = new LedgerStore(readers);
    this.connection = new LedgerConnection(database, 'ledger');
    this.drainConnection = new LedgerConnection(database, 'ledger spool');
    this.patienceMs = settings.get('SPOOL_PATIENCE');
    this.spools = settings.get('SPOOL') === 'on';
    this.spoolFiles = new Spool(settings.spoolFolder, settings.get('SPOOL_LIMIT_MB') * 1_048_576);
    this.drain = new SpoolDrain(
      this.spoolFiles,
      (entries) => this.replay(entries),
      () => clock.ms(),
    );
    this.writer = new LedgerWriter(this);
    // Until the database has connected for the first time.
    this.awaySince = clock.ms();
    this.counted = measureLedger(metrics, this, this.spoolFiles);
  }

  onModuleInit(): void {
    this.startup.onOpen(async () => this.probeDatabase());
    this.sweep.register('ledger.spool', () => this.drainSpool(), 'everywhere');
    this.shutdown.drain(() => this.finish());
    this.shutdown.release(() => this.letGo());
    this.readiness.register('ledger', () => this.problem());
  }

  /**
   * Whether calls can be accepted now: checked before a handler runs in vain.
   * @throws {LedgerUnavailableError} when the database has been away longer than SPOOL_PATIENCE, or the spool is full or
   * off.
   */
  assertAccepting(): void {
    if (this.awaySince === undefined) return;
    const problem = this.refusal();
    if (problem !== undefined) throw new LedgerUnavailableError(new Error(problem));
  }

  /** Calls `done` once the entry is on disk; with an error when it was not stored, and must not be answered. */
  append(entry: LedgerEntry, done: (error?: LedgerUnavailableError) => void): void {
    this.writer.append(entry, done);
  }

  /** Whether the database is unavailable: calls go to the spool. */
  get isAway(): boolean {
    return this.awaySince !== undefined;
  }

  /** The number of calls that wait for the commit in progress. */
  get backlog(): number {
    return this.writer.backlog;
  }

  /** Resolves when everything appended until now is on disk. */
  flush(): Promise<void> {
    return this.writer.flush();
  }

  /**
   * Writes everything to the database that was appended here, or is in the spool of this machine from any process.
   * @throws when it cannot.
   */
  async settle(): Promise<void> {
    await this.flush();
    if (this.awaySince !== undefined) throw new LedgerUnavailableError(new Error('calls are in the spool'));
    await this.drainSpool();
  }

  get databaseIsThere(): boolean {
    return this.awaySince === undefined;
  }

  async commit(entries: readonly LedgerEntry[]): Promise<void> {
    await this.connection.use((client) => this.store.insert(client, entries));
    this.counted.committed.inc(entries.length);
    this.readers.committed(entries);
  }

  async spool(entries: readonly LedgerEntry[]): Promise<void> {
    const refusal = this.refusal();
    if (refusal !== undefined) throw new Error(refusal);
    await this.spoolFiles.append(entries);
    this.counted.spooled.inc(entries.length);
  }

  async park(entry: LedgerEntry, refusal: unknown): Promise<void> {
    await this.connection.use((client) => parkCall(client, entry, refusal));
    this.logParked(entry, refusal);
  }

  databaseIsAway(error: unknown): void {
    if (this.awaySince !== undefined) return;
    this.awaySince = this.clock.ms();
    this.log.error(
      this.spools
        ? 'PostgreSQL does not take calls: they go to the spool, from which they flow back. Check the database.'
        : 'PostgreSQL does not take calls, and SPOOL is off: they answer 503. Check the database.',
      this.spools ? { spool: this.spoolFiles.dir } : {},
      error,
    );
    this.scheduleProbe();
  }

  private refusal(): string | undefined {
    if (!this.spools) return 'PostgreSQL does not take calls, and SPOOL is off';
    if (this.awaySince !== undefined && this.clock.ms() - this.awaySince > this.patienceMs)
      return 'PostgreSQL has been away for longer than SPOOL_PATIENCE';
    if (this.spoolFiles.isFull) return 'the spool has reached SPOOL_LIMIT_MB';
    return undefined;
  }

  private problem(): string | undefined {
    if (this.awaySince === undefined) return undefined;
    return this.refusal() ?? 'PostgreSQL does not take calls: they go to the spool';
  }

  private logParked(entry: LedgerEntry, refusal: unknown): void {
    this.counted.parked.inc();
    this.log.error(
      'PostgreSQL refused a call for what is in it. It is kept in ledger_parked and counts nowhere until you release it: npm run farebox -- ledger parked release',
      { call: entry.call.id },
      refusal,
    );
  }

  private scheduleProbe(): void {
    if (this.stopped || this.probe) return;
    this.probe = setTimeout(() => {
      this.probe = undefined;
      void this.probeDatabase();
    }, PROBE_MS);
    this.probe.unref();
  }

  /** Checks whether the database is available again; then drains the spool. */
  private async probeDatabase(): Promise<void> {
    if (this.stopped) return;
    try {
      await this.connection.use((client) => client.query('select 1 from farebox.calls limit 0'));
    } catch (error) {
      this.log.debug('PostgreSQL is still away.', { error: error instanceof Error ? error.name : 'unknown' });
      this.scheduleProbe();
      return;
    }
    if (this.awaySince !== undefined && this.spoolFiles.bytes > 0)
      this.log.info('PostgreSQL takes calls again; the spool flows back.');
    this.awaySince = undefined;
    await this.drainUntilEmpty();
  }

  /** The database may fail again midway, or the connection may have died unnoticed: then it is tried once more. */
  private async drainUntilEmpty(): Promise<void> {
    try {
      await this.drainSpool();
    } catch (error) {
      this.log.warn('The spool could not be read back yet; it stays, and is tried again.', {}, error);
      setTimeout(() => void this.drainUntilEmpty(), PROBE_MS).unref();
    }
  }

  private drainSpool(): Promise<void> {
    this.draining ??= this.drainOnce().finally(() => (this.draining = undefined));
    return this.draining;
  }

  private async drainOnce(): Promise<void> {
    if (this.awaySince !== undefined || this.stopped) return;
    await this.spoolFiles.seal();
    const { entries, corrupt } = await this.drain.run();
    if (entries > 0) this.log.info('Calls flowed back from the spool.', { calls: entries });
    if (corrupt > 0) {
      this.counted.corrupt.inc(corrupt);
      this.log.error(
        'Lines of the spool are not what was written, and are kept in a .corrupt file beside it. Check the disk.',
        { lines: corrupt, spool: this.spoolFiles.dir },
      );
    }
  }

  private async replay(entries: readonly LedgerEntry[]): Promise<void> {
    await commitOrPark(
      {
        commit: (batch) => this.drainConnection.use((client) => this.store.insert(client, batch)),
        park: async (entry, refusal) => {
          await this.drainConnection.use((client) => parkCall(client, entry, refusal));
          this.logParked(entry, refusal);
        },
      },
      entries,
    );
    this.counted.replayed.inc(entries.length);
    this.readers.committed(entries);
  }

  private async finish(): Promise<void> {
    await this.writer.flush();
    await this.draining?.catch(() => undefined);
  }

  private async letGo(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.probe);
    await this.writer.flush();
    await this.spoolFiles.seal();
    await Promise.all([this.connection.close(), this.drainConnection.close()]);
  }
}
