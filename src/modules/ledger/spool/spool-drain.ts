import { createReadStream } from 'node:fs';
import { appendFile, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LedgerEntry } from '../store/ledger-entry.js';
import { OPEN, parseSpoolLine, READY, type Spool } from './spool.js';

/** A process touches its open segment every two seconds; one that was not touched for this long is an orphan. */
const ORPHAN_MS = 15_000;
const BATCH = 200;

/** The result of reading a segment. */
export interface Drained {
  entries: number;
  /** Lines that changed since they were written: kept beside the segment, in `….corrupt`. */
  corrupt: number;
}

/**
 * Reads segments back, its own and those of processes that are gone. Any number of processes may do so at once: duplicate
 * writes are stored once.
 */
export class SpoolDrain {
  constructor(
    private readonly spool: Spool,
    /** Writes entries to the ledger; throws when it cannot. */
    private readonly replay: (entries: readonly LedgerEntry[]) => Promise<void>,
    private readonly now: () => number,
  ) {}

  /** Reads back all segments. @throws what `replay` throws: the segment stays, and nothing is lost. */
  async run(): Promise<Drained> {
    await this.adoptOrphans();
    const total: Drained = { entries: 0, corrupt: 0 };
    for (const name of await this.list(READY)) {
      const { entries, corrupt } = await this.drain(name);
      total.entries += entries;
      total.corrupt += corrupt;
    }
    return total;
  }

  /** Whether there is anything to read back, of any process. */
  async hasWork(): Promise<boolean> {
    return (await this.list(READY)).length > 0;
  }

  /** Adopts segments of processes killed while writing. A process that only seemed dead notices, and writes again. */
  private async adoptOrphans(): Promise<void> {
    for (const name of await this.list(OPEN)) {
      if (this.spool.owns(name)) continue;
      const path = join(this.spool.dir, name);
      const found = await stat(path).catch(() => undefined);
      if (!found || this.now() - found.mtimeMs < ORPHAN_MS) continue;
      await rename(path, path.replace(OPEN, READY)).catch(() => undefined);
    }
  }

  private async drain(name: string): Promise<Drained> {
    const path = join(this.spool.dir, name);
    const found = await stat(path).catch(() => undefined);
    if (!found) return { entries: 0, corrupt: 0 };
    const result: Drained = { entries: 0, corrupt: 0 };
    let batch: LedgerEntry[] = [];
    let doubtful: string | undefined;
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      if (doubtful !== undefined) {
        await this.keepCorrupt(path, doubtful);
        result.corrupt++;
        doubtful = undefined;
      }
      const entry = parseSpoolLine(line);
      if (!entry) {
        doubtful = line;
        continue;
      }
      batch.push(entry);
      if (batch.length >= BATCH) {
        await this.replay(batch);
        result.entries += batch.length;
        batch = [];
      }
    }
    // Unfinished last line: its process died before it answered, so no caller was served. A finished one was changed.
    if (doubtful !== undefined && (await endsWithLineFeed(path, found.size))) {
      await this.keepCorrupt(path, doubtful);
      result.corrupt++;
    }
    if (batch.length > 0) await this.replay(batch);
    result.entries += batch.length;
    await unlink(path).catch(() => undefined);
    this.spool.forget(name, found.size);
    return result;
  }

  private async keepCorrupt(path: string, line: string): Promise<void> {
    await appendFile(path.replace(READY, '.corrupt'), `${line}\n`, { mode: 0o600 });
  }

  private async list(suffix: string): Promise<string[]> {
    const names = await readdir(this.spool.dir).catch(() => []);
    return names.filter((name) => name.endsWith(suffix)).toSorted();
  }
}

async function endsWithLineFeed(path: string, size: number): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    return buffer[0] === 0x0a;
  } finally {
    await file.close();
  }
}
