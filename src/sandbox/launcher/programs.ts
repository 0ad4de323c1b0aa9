import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { BoundedLog } from '../../platform/processes/bounded-log.js';
import { Child, type ChildOptions } from './child.js';
import { LogTail } from './log-tail.js';
import { sandboxFiles, type Addresses } from './plan.js';
import { writeRecord, type RunRecord } from './run-record.js';

export type ProgramOptions = Omit<ChildOptions, 'env' | 'log' | 'endWithParent'> & {
  /** File name of its log in the home's `logs`, without the ending. */
  log: string;
  /** The folder that only this program gets on its command line; absent for one that does not end with its parent by itself. */
  dataDir?: string;
};

/** Starts the sandbox's programs and keeps the books: their logs, and the record that the next start reads. */
export class Programs {
  private readonly children: Child[] = [];
  private readonly logs = new Map<string, BoundedLog>();
  private readonly timers: NodeJS.Timeout[] = [];
  /** Names this run on the command lines of its programs. */
  private readonly run = randomBytes(8).toString('hex');
  private readonly record: RunRecord;

  constructor(
    private readonly home: string,
    addresses: Addresses,
    catalogApplied: boolean,
    private readonly env: Readonly<Record<string, string | undefined>>,
  ) {
    this.record = { launcherPid: process.pid, addresses, catalogApplied, processes: [] };
    this.save();
    this.every(5_000, () => {
      for (const log of this.logs.values()) log.rotate();
    });
  }

  start({ log, dataDir, ...options }: ProgramOptions): Child {
    const child = Child.start({
      ...options,
      env: this.env,
      log: this.logOf(log),
      ...(dataDir === undefined ? { endWithParent: this.run } : {}),
    });
    this.children.push(child);
    const entry = { name: child.name, pid: child.pid, mark: dataDir ?? this.run };
    this.record.processes.push(entry);
    this.save();
    void child.exited.then(() => {
      this.record.processes = this.record.processes.filter((other) => other !== entry);
      this.save();
    });
    return child;
  }

  /** Hands every line that is added to a log to `handle`. */
  follow(log: string, handle: (line: string) => void): void {
    const tail = new LogTail(this.logOf(log).file);
    this.every(150, () => {
      for (const line of tail.read()) handle(line);
    });
  }

  /** The next start need not wait for the catalog. */
  noteCatalogApplied(): void {
    this.record.catalogApplied = true;
    this.save();
  }

  /** A launcher that is started now waits for the end of this one. */
  noteStopping(): void {
    this.record.stopping = true;
    this.save();
  }

  async stopAll(graceMs: number): Promise<void> {
    await Promise.all(this.children.map((child) => child.stop(graceMs)));
    for (const timer of this.timers) clearInterval(timer);
  }

  killAll(): void {
    for (const child of this.children) child.kill();
  }

  private logOf(name: string): BoundedLog {
    let log = this.logs.get(name);
    if (!log) {
      log = new BoundedLog(join(sandboxFiles(this.home).logs, `${name}.log`), 'launcher');
      this.logs.set(name, log);
    }
    return log;
  }

  private every(ms: number, work: () => void): void {
    this.timers.push(setInterval(work, ms));
  }

  private save(): void {
    writeRecord(sandboxFiles(this.home).record, this.record);
  }
}
