import { isPoisoned, LedgerUnavailableError } from '../store/ledger-errors.js';
import type { LedgerEntry } from '../store/ledger-entry.js';

/** Destination of batches. Each method writes all entries or throws. */
export interface BatchSink {
  /** Commits to the database. */
  commit(entries: readonly LedgerEntry[]): Promise<void>;
  /** Writes to disk. @throws when there is no room. */
  spool(entries: readonly LedgerEntry[]): Promise<void>;
  /** Keeps an entry that the database refuses as it is. */
  park(entry: LedgerEntry, refusal: unknown): Promise<void>;
  /** Whether the database is considered available. */
  readonly databaseIsThere: boolean;
  /** The database failed to take a batch, for a reason not in the data. */
  databaseIsAway(error: unknown): void;
}

interface Pending {
  entry: LedgerEntry;
  done: (error?: LedgerUnavailableError) => void;
}

/** As many as one statement writes in some 8 ms; more wait for the next. */
const MAX_BATCH = 1_000;

/**
 * Group commit: while one batch is written, the next one gathers. No timer: a lone call is committed at once, and under
 * load each commit carries the calls that came during the one before.
 */
export class LedgerWriter {
  private pending: Pending[] = [];
  private writing: Promise<void> | undefined;
  /** Settles with the batch in progress, or the last one. */
  private batch: Promise<unknown> = Promise.resolve();

  constructor(private readonly sink: BatchSink) {}

  /** The number of waiting entries. */
  get backlog(): number {
    return this.pending.length;
  }

  /** Calls `done` once the entry is on disk, in the database or the spool; with an error when it is in neither. */
  append(entry: LedgerEntry, done: (error?: LedgerUnavailableError) => void): void {
    this.pending.push({ entry, done });
    this.writing ??= this.writeAll();
  }

  /** Resolves when everything that was appended until now is settled, however much comes after it. */
  async flush(): Promise<void> {
    const last = this.pending.at(-1);
    if (!last) {
      await this.batch;
      return;
    }
    const { done } = last;
    await new Promise<void>((resolve) => {
      last.done = (error) => {
        done(error);
        resolve();
      };
    });
  }

  private async writeAll(): Promise<void> {
    // Calls that arrive in the same turn of the event loop join the batch.
    await Promise.resolve();
    while (this.pending.length > 0) {
      const batch = this.pending.splice(0, MAX_BATCH);
      const written = this.write(batch.map(({ entry }) => entry)).then(
        () => undefined,
        (cause: unknown) => new LedgerUnavailableError(cause),
      );
      this.batch = written;
      const error = await written;
      for (const { done } of batch) done(error);
    }
    // In the same turn as the check of `pending`: a later call starts a new batch.
    this.writing = undefined;
  }

  private async write(entries: readonly LedgerEntry[]): Promise<void> {
    if (this.sink.databaseIsThere) {
      try {
        await commitOrPark(this.sink, entries);
        return;
      } catch (error) {
        this.sink.databaseIsAway(error);
      }
    }
    await this.sink.spool(entries);
  }
}

/**
 * Commits the entries. When the database refuses the data of one of them, the batch is halved until that entry is alone;
 * it is parked, and the others are committed.
 * @throws when the database is unavailable: some may have been committed, and all of them can be written again.
 */
export async function commitOrPark(
  sink: Pick<BatchSink, 'commit' | 'park'>,
  entries: readonly LedgerEntry[],
): Promise<void> {
  try {
    await sink.commit(entries);
  } catch (error) {
    if (!isPoisoned(error)) throw error;
    const [only] = entries;
    if (only && entries.length === 1) {
      await sink.park(only, error);
      return;
    }
    const half = entries.length >> 1;
    await commitOrPark(sink, entries.slice(0, half));
    await commitOrPark(sink, entries.slice(half));
  }
}
