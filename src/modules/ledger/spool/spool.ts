import { type FileHandle, mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { newId } from '../../../platform/ids/ids.js';
import type { LedgerEntry } from '../store/ledger-entry.js';

/** Extensions of a segment being written, and of a closed one: any process may read the latter back. */
export const OPEN = '.open';
export const READY = '.ready';

/** A segment is read back as a whole: small enough to begin soon, large enough to be few. */
const SEGMENT_BYTES = 16 * 1_048_576;
const HEARTBEAT_MS = 2_000;

/** The disk has no room for more calls, by SPOOL_LIMIT_MB or physically. */
export class SpoolFullError extends Error {
  override name = 'SpoolFullError';
}

interface Segment {
  path: string;
  file: FileHandle;
  inode: number;
  bytes: number;
  heartbeat: NodeJS.Timeout;
}

/**
 * Stores calls while the database is unavailable: checksummed lines in files of this process, on disk before `append`
 * returns.
 */
export class Spool {
  private segment: Segment | undefined;
  private lastTurn: Promise<void> = Promise.resolve();
  private readonly instance = newId();
  private sequence = 0;
  /** Bytes of this process that were not yet reported as read back. */
  private waitingBytes = 0;

  constructor(
    readonly dir: string,
    private readonly limitBytes: number,
  ) {}

  /** Bytes that this process has written here and that have not been read back yet. */
  get bytes(): number {
    return this.waitingBytes;
  }

  get isFull(): boolean {
    return this.waitingBytes >= this.limitBytes;
  }

  /**
   * Puts the entries on disk.
   * @throws {SpoolFullError} when there is no room, or the disk refuses: none of them is kept.
   */
  append(entries: readonly LedgerEntry[]): Promise<void> {
    return this.inTurn(() => this.appendNow(entries));
  }

  /** Closes the segment that is being written, so that it can be read back. */
  seal(): Promise<void> {
    return this.inTurn(() => this.sealNow());
  }

  /** A file must not be closed by one while another writes to it. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.lastTurn.then(work);
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }

  private async appendNow(entries: readonly LedgerEntry[]): Promise<void> {
    const data = Buffer.from(entries.map(spoolLine).join(''));
    if (this.waitingBytes + data.length > this.limitBytes)
      throw new SpoolFullError('the spool has reached SPOOL_LIMIT_MB');
    try {
      // A process that seemed dead may have had its segment taken over: lines written meanwhile may have been overlooked,
      // so they are written again. Duplicates are harmless, as the ids are the same.
      while (!(await this.write(data)));
    } catch (error) {
      throw new SpoolFullError('the disk of the spool refuses to be written', { cause: error });
    }
    this.waitingBytes += data.length;
    if ((this.segment?.bytes ?? 0) >= SEGMENT_BYTES) await this.sealNow();
  }

  private async sealNow(): Promise<void> {
    const { segment } = this;
    if (!segment) return;
    this.segment = undefined;
    await this.close(segment);
    await rename(segment.path, segment.path.replace(OPEN, READY)).catch(ignoreMissing);
  }

  /** A segment of this process was read back and deleted. */
  forget(fileName: string, bytes: number): void {
    if (fileName.startsWith(this.instance)) this.waitingBytes = Math.max(0, this.waitingBytes - bytes);
  }

  owns(fileName: string): boolean {
    return fileName.startsWith(this.instance);
  }

  private async write(data: Buffer): Promise<boolean> {
    const segment = (this.segment ??= await this.openSegment());
    try {
      await segment.file.write(data, 0, data.length, segment.bytes);
      await segment.file.datasync();
    } catch (error) {
      // Half a line in the middle would make the next one unreadable too: truncate it, and stop using this file.
      await segment.file.truncate(segment.bytes).catch(() => undefined);
      await this.sealNow().catch(() => undefined);
      throw error;
    }
    const there = await stat(segment.path).catch(() => undefined);
    if (there?.ino !== segment.inode) {
      this.segment = undefined;
      await this.close(segment);
      return false;
    }
    segment.bytes += data.length;
    return true;
  }

  private async openSegment(): Promise<Segment> {
    // Calls are personal data: readable by this user only.
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    const name = `${this.instance}-${String(++this.sequence).padStart(6, '0')}${OPEN}`;
    const path = join(this.dir, name);
    const file = await open(path, 'wx', 0o600);
    // The name of the file must be on disk too.
    const directory = await open(this.dir, 'r');
    await directory.sync().finally(() => directory.close());
    const { ino } = await file.stat();
    const heartbeat = setInterval(() => {
      const now = new Date();
      file.utimes(now, now).catch(() => undefined);
    }, HEARTBEAT_MS).unref();
    return { path, file, inode: ino, bytes: 0, heartbeat };
  }

  private async close(segment: Segment): Promise<void> {
    clearInterval(segment.heartbeat);
    await segment.file.close().catch(() => undefined);
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** A line of the spool: eight hex digits of CRC-32 over the JSON, a blank, the JSON, a line feed. */
export function spoolLine(entry: LedgerEntry): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

/** @returns `undefined` for a line that was not written whole, or has changed since. */
export function parseSpoolLine(line: string): LedgerEntry | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== checksum(json)) return undefined;
  return JSON.parse(json) as LedgerEntry;
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');
