import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync, readSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { builtProgram, projectRoot } from '../../platform/project/project.js';
import type { BoundedLog } from '../../platform/processes/bounded-log.js';
import { SandboxError } from './sandbox-error.js';

export interface ChildOptions {
  /** As people are told, such as "Stripe twin". */
  name: string;
  script: string;
  args?: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  log: BoundedLog;
  /** For a program that does not look after its parent itself: a text to recognise its process by. */
  endWithParent?: string;
}

export interface ChildExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * One program of the sandbox. It runs in a session of its own, so that Ctrl-C reaches the launcher alone, and ends when
 * the IPC channel closes. Its output goes straight into a file: it outlives the launcher.
 */
export class Child {
  readonly exited: Promise<ChildExit>;
  private readonly logStart: number;
  private readonly process: ChildProcess;

  private constructor(private readonly options: ChildOptions) {
    const { script, args = [], env, log, endWithParent } = options;
    this.logStart = log.size;
    const preload = pathToFileURL(builtProgram('sandbox/launcher/end-with-parent.js'));
    if (endWithParent !== undefined) preload.search = new URLSearchParams({ run: endWithParent }).toString();
    const before = endWithParent === undefined ? [] : ['--import', preload.href];
    this.process = spawn(process.execPath, ['--enable-source-maps', ...before, script, ...args], {
      cwd: projectRoot,
      env,
      detached: true,
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    });
    this.exited = new Promise((done) => {
      this.process.once('exit', (code, signal) => done({ code, signal }));
      this.process.once('error', (error) => {
        log.write(error.message);
        done({ code: 1, signal: null });
      });
    });
  }

  static start(options: ChildOptions): Child {
    return new Child(options);
  }

  get name(): string {
    return this.options.name;
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null && this.pid !== 0;
  }

  /** Resolves when the program says over IPC where it listens. */
  listening(): Promise<void> {
    return new Promise((done) => {
      this.process.on('message', (message) => {
        if (typeof message === 'object' && message !== null && 'listening' in message) done();
      });
    });
  }

  /** SIGTERM, and SIGKILL for one that has not ended after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    if (!this.isRunning) return;
    this.process.kill('SIGTERM');
    if (await Promise.race([this.exited, delay(graceMs, undefined, { ref: false })])) return;
    this.options.log.write(`${this.name} did not end within ${graceMs / 1000} s and was killed`);
    this.kill();
    await this.exited;
  }

  kill(): void {
    if (this.isRunning) this.process.kill('SIGKILL');
  }

  /** Says that it ended, how, and what it wrote last. */
  async failure(what = 'ended unexpectedly'): Promise<SandboxError> {
    const { code, signal } = await this.exited;
    const { file } = this.options.log;
    const lines = this.lastLines();
    return new SandboxError(
      `The ${this.name} ${what} (${signal ?? `exit code ${code}`}). ` +
        (lines === '' ? `Its log is ${file}` : `Its log, ${file}, ends with:\n${lines}`),
    );
  }

  private lastLines(): string {
    const { log } = this.options;
    const start = Math.max(Math.min(this.logStart, log.size), log.size - 8_192);
    const buffer = Buffer.alloc(log.size - start);
    const fd = openSync(log.file, 'r');
    const length = readSync(fd, buffer, 0, buffer.length, start);
    closeSync(fd);
    const lines = buffer.toString('utf8', 0, length).trimEnd().split('\n').slice(-15);
    return lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n');
  }
}
