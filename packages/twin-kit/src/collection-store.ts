import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppendFile } from './append-file.js';

type JournalLine = [collection: string, id: string, value: unknown];

/** The journal is rewritten when it holds this many lines and four times as many as there are objects. */
const compactionLines = 50_000;

/**
 * The state of a twin: named collections of JSON objects, kept in memory and in an append-only journal
 * (one JSON line a change). A change is handed to the operating system before `put` returns, so it survives
 * a `kill -9` of the twin; a line cut short by the kill is dropped when the journal is read again. The journal is
 * rewritten when it is opened and when most of its lines are out of date. One process at a time may have it open.
 */
export class CollectionStore {
  private readonly collections = new Map<string, Collection<object>>();
  private journal: AppendFile;
  private lines = 0;
  private open: JournalLine[] | null = null;

  private constructor(private readonly file: string) {
    mkdirSync(dirname(file), { recursive: true });
    for (const [collection, id, value] of readJournal(file)) {
      this.of(collection).restore(id, value as object | null);
    }
    this.journal = this.compact();
  }

  static open(file: string): CollectionStore {
    return new CollectionStore(file);
  }

  /** The collection of that name, made when it is first asked for. Objects must be JSON. */
  collection<T extends object>(name: string): Collection<T> {
    return this.of(name) as Collection<T>;
  }

  /**
   * Makes all changes of `work` one line of the journal: after a kill they are all there, or none is.
   * `work` is synchronous. What it changed before it threw is kept, as in memory.
   */
  transaction<R>(work: () => R): R {
    if (this.open) return work();
    const changes: JournalLine[] = [];
    this.open = changes;
    try {
      return work();
    } finally {
      this.open = null;
      if (changes.length > 0) this.write(changes, changes.length);
    }
  }

  /** Forgets everything, on disk too. */
  reset(): void {
    for (const collection of this.collections.values()) collection.clear();
    this.rewrite();
  }

  close(): void {
    this.journal.close();
  }

  private of(name: string): Collection<object> {
    let collection = this.collections.get(name);
    if (!collection) {
      collection = new Collection<object>((id, value) => this.append([name, id, value]));
      this.collections.set(name, collection);
    }
    return collection;
  }

  private append(line: JournalLine): void {
    if (this.open) this.open.push(line);
    else this.write(line, 1);
  }

  private write(line: JournalLine | JournalLine[], changes: number): void {
    this.journal.append(`${JSON.stringify(line)}\n`);
    this.lines += changes;
    if (this.lines >= compactionLines && this.lines >= 4 * this.living()) this.rewrite();
  }

  private living(): number {
    return [...this.collections.values()].reduce((sum, collection) => sum + collection.size, 0);
  }

  private rewrite(): void {
    this.journal.close();
    this.journal = this.compact();
  }

  /** Writes one line per living object beside the journal, puts it in its place, and opens it for appending. */
  private compact(): AppendFile {
    const next = `${this.file}.next`;
    rmSync(next, { force: true });
    const copy = new AppendFile(next);
    this.lines = 0;
    for (const [name, collection] of this.collections) {
      for (const [id, value] of collection.entries()) {
        copy.append(`${JSON.stringify([name, id, value])}\n`);
        this.lines += 1;
      }
    }
    copy.sync();
    copy.close();
    renameSync(next, this.file);
    return new AppendFile(this.file);
  }
}

/** One kind of object by id, in order of creation. What `get` returns is the live object: change it, then `put` it. */
export class Collection<T extends object> {
  private readonly items = new Map<string, object>();

  constructor(private readonly onChange: (id: string, value: object | null) => void) {}

  get size(): number {
    return this.items.size;
  }

  get(id: string): T | undefined {
    return this.items.get(id) as T | undefined;
  }

  put(id: string, value: T): T {
    this.items.set(id, value);
    this.onChange(id, value);
    return value;
  }

  delete(id: string): boolean {
    const existed = this.items.delete(id);
    if (existed) this.onChange(id, null);
    return existed;
  }

  values(): T[] {
    return [...this.items.values()] as T[];
  }

  entries(): [id: string, value: T][] {
    return [...this.items.entries()] as [string, T][];
  }

  /** In order of creation, without a copy. */
  iterate(): IterableIterator<[id: string, value: T]> {
    return this.items.entries() as IterableIterator<[string, T]>;
  }

  /** Puts a value back while the journal is read; writes nothing. */
  restore(id: string, value: object | null): void {
    if (value === null) this.items.delete(id);
    else this.items.set(id, value);
  }

  /** Empties the collection in memory; the store rewrites the journal. */
  clear(): void {
    this.items.clear();
  }
}

/** Line by line from bytes: a long journal would not fit into one string. A last line without its end is dropped. */
function* readJournal(file: string): Generator<JournalLine> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  let start = 0;
  for (let end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', start)) {
    const parsed = JSON.parse(bytes.toString('utf8', start, end)) as JournalLine | JournalLine[];
    if (isTransaction(parsed)) yield* parsed;
    else yield parsed;
    start = end + 1;
  }
}

/** A single change starts with the name of its collection; a transaction is an array of changes. */
function isTransaction(line: JournalLine | JournalLine[]): line is JournalLine[] {
  return Array.isArray(line[0]);
}
