import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { embeddedPostgresPaths, EMBEDDED_POSTGRES_USER } from './places.js';
import { replaceFile } from '../processes/replace-file.js';
import { findBinaries, type Binaries } from './binaries.js';
import type { BoundedLog } from '../processes/bounded-log.js';
import { chooseServerAccount, type ServerAccount } from './server-account.js';

/** A cluster's files: made when missing, complete or not there at all. Only the holder of the folder's lock opens one. */
export class Cluster {
  private constructor(
    readonly folder: string,
    readonly binaries: Binaries,
    readonly account: ServerAccount,
    readonly password: string,
    readonly log: BoundedLog,
    /** False: nothing is synced to the disk. */
    readonly durable: boolean,
  ) {}

  /** The folder that PostgreSQL knows as its data directory. */
  get data(): string {
    return join(this.folder, 'data');
  }

  static async open(home: string, log: BoundedLog, durable: boolean): Promise<Cluster> {
    const folder = realpathSync(embeddedPostgresPaths(home).folder);
    const data = join(folder, 'data');
    const binaries = await findBinaries();
    const account = await chooseServerAccount(statSync(data, { throwIfNoEntry: false }), [
      data,
      binaries.postgres,
    ]);
    // The server's user must pass through this folder; only its own data is open to it.
    chmodSync(folder, account.owner ? 0o711 : 0o700);
    const password = keepPassword(embeddedPostgresPaths(home).password);
    const cluster = new Cluster(folder, binaries, account, password, log, durable);
    await cluster.initialise();
    return cluster;
  }

  /** A port kept for the next start, so that the address stays the same when it can. */
  get keptPort(): number | undefined {
    const file = join(this.folder, 'port');
    return existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined;
  }

  set keptPort(port: number) {
    replaceFile(join(this.folder, 'port'), `${port}\n`);
  }

  /**
   * Runs initdb in a folder of its own and renames that into place: a kill at any moment leaves either no cluster or a
   * whole one.
   */
  private async initialise(): Promise<void> {
    for (const name of readdirSync(this.folder)) {
      if (name.startsWith('new-'))
        rmSync(join(this.folder, name), { recursive: true, force: true, maxRetries: 5 });
    }
    if (existsSync(this.data)) return this.checkVersion();
    const room = join(this.folder, `new-${process.pid}-${randomBytes(4).toString('hex')}`);
    mkdirSync(room, { mode: 0o700 });
    const passwordFile = join(room, 'password');
    writeFileSync(passwordFile, `${this.password}\n`, { mode: 0o600 });
    if (this.account.owner) {
      const { uid, gid } = this.account.owner;
      chownSync(room, uid, gid);
      chownSync(passwordFile, uid, gid);
    }
    this.log.write('initialising a new cluster');
    try {
      await this.run(this.binaries.initdb, [
        `--pgdata=${join(room, 'data')}`,
        `--username=${EMBEDDED_POSTGRES_USER}`,
        `--pwfile=${passwordFile}`,
        '--no-instructions',
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // The locale that comes with PostgreSQL itself: the same order of text on every machine.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        ...(this.durable ? [] : ['--no-sync']),
      ]);
      renameSync(join(room, 'data'), this.data);
    } finally {
      rmSync(room, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  private checkVersion(): void {
    const made = readFileSync(join(this.data, 'PG_VERSION'), 'utf8').trim();
    if (made === this.binaries.major) return;
    throw new Error(
      `${this.data} was made by PostgreSQL ${made}, and this is ${this.binaries.major}. ` +
        `Move the data over with pg_dump, or remove the folder to start anew.`,
    );
  }

  private run(program: string, args: readonly string[]): Promise<void> {
    const [command, all, options] = this.account.command(program, args);
    return new Promise((done, fail) => {
      const stdio = ['ignore', this.log.fd, this.log.fd] as const;
      const child = spawn(command, all, { ...options, cwd: this.folder, stdio: [...stdio] });
      child.once('error', fail);
      child.once('exit', (code, signal) =>
        code === 0 ? done() : fail(new Error(`${program} ended with ${signal ?? code}.`)),
      );
    });
  }
}

/** The password of the cluster's only role: made once, readable for its user only. */
function keepPassword(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const password = randomBytes(24).toString('base64url');
  replaceFile(file, `${password}\n`);
  return password;
}
