import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import {
  embeddedPostgresPaths,
  ensureEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  type SupervisorState,
} from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { builtProgram } from '../../src/platform/project/project.js';
import { isRunning, runProcess, startProcess, until } from '../support/processes.js';

const SUPERVISOR = builtProgram('platform/embedded-postgres/supervisor.js');
const CLIENT = pathToFileURL(builtProgram('platform/embedded-postgres/embedded-postgres.js')).href;

let home: string;
let uses: EmbeddedPostgres[];
let visitors: Client[];

beforeEach(() => {
  // Only for its maker (0700), as under /root: PostgreSQL's own user could not enter it. With a space, as paths have.
  home = mkdtempSync(join(tmpdir(), 'farebox postgres '));
  [uses, visitors] = [[], []];
});

afterEach(async () => {
  for (const visitor of visitors) void visitor.end().catch(() => undefined);
  await until(async () => {
    for (const use of uses) use.release();
    // The supervisor first: it would bring its server back.
    const pids = [...supervisorPids(), postmasterPid() ?? 0];
    for (const pid of pids) killHard(pid);
    return !(await Promise.all(pids.map(isRunning))).includes(true);
  });
  rmSync(home, { recursive: true, force: true, maxRetries: 10 });
});

describe('the embedded PostgreSQL', () => {
  it('starts for a folder that only its owner can enter, listens on loopback alone and asks for its password', async () => {
    const use = await ensure();
    expect(await select(use, 'select current_database() as value')).toBe('farebox');
    expect(await select(use, "select current_setting('listen_addresses') as value")).toBe('127.0.0.1');
    expect(await select(use, "select current_setting('fsync') as value")).toBe('off');
    const wrong = new URL(use.connectionString);
    wrong.password = 'wrong';
    await expect(select({ connectionString: wrong.href }, 'select 1')).rejects.toThrow(
      'password authentication',
    );
    const { password, state, log } = embeddedPostgresPaths(home);
    for (const file of [password, state, log]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(log, 'utf8')).not.toContain(new URL(use.connectionString).password);
  });

  it('keeps data and address over a stop, and stops for good', async () => {
    const first = await ensure({ durable: true });
    await select(first, 'create table kept as select 42 as n');
    const postmaster = postmasterPid();
    await first.stop();
    expect(await isRunning(first.supervisorPid)).toBe(false);
    expect(await isRunning(postmaster ?? 0)).toBe(false);
    expect(existsSync(embeddedPostgresPaths(home).state)).toBe(false);
    const second = await ensure({ durable: true });
    expect(second.connectionString).toBe(first.connectionString);
    expect(await select(second, 'select n as value from kept')).toBe(42);
    expect(await select(second, "select current_setting('fsync') as value")).toBe('on');
  });

  it('is one for all who ask at the same moment, processes included', async () => {
    const others = await Promise.all(
      [1, 2, 3].map(() =>
        startProcess({ script: SUPERVISOR, args: ['--home', home, '--idle-seconds', '15', '--not-durable'] }),
      ),
    );
    const [a, b] = await Promise.all([ensure(), ensure()]);
    expect(b.supervisorPid).toBe(a.supervisorPid);
    const losers = others.filter((other) => other.pid !== a.supervisorPid);
    const exits = await Promise.all(losers.map((loser) => loser.exited));
    expect(exits.every((exit) => exit.code === 0)).toBe(true);
    expect(losers.length).toBeGreaterThanOrEqual(2);
    await a.stop();
    expect(await select(b, 'select 1 as value')).toBe(1);
    await b.stop();
    expect(await isRunning(b.supervisorPid)).toBe(false);
  });

  it('keeps a program alive that waits for it, and no program that has it', async () => {
    const program = await runProcess({
      execArgv: ['--input-type=module'],
      script: '--eval',
      args: [
        `const { ensureEmbeddedPostgres } = await import(${JSON.stringify(CLIENT)});
         await ensureEmbeddedPostgres({ home: ${JSON.stringify(home)}, durable: false });
         console.log('has it');`,
      ],
    });
    expect(program.output()).toContain('has it');
    expect(program.code).toBe(0);
  });

  it('ends when all leave at the same moment, as each thinks of the others as gone', async () => {
    const [a, b] = await Promise.all([ensure(), ensure()]);
    await Promise.all([a.stop(), b.stop()]);
    await until(async () => !(await isRunning(a.supervisorPid)), 10_000);
    expect(existsSync(embeddedPostgresPaths(home).state)).toBe(false);
  });

  it('ends as its last user leaves, also when connections of others take a second longer to go', async () => {
    const use = await ensure();
    const visitor = new Client(use.connectionString);
    await visitor.connect();
    const stopped = use.stop();
    const asked = Date.now();
    await until(() => Date.now() - asked > 1_000);
    await visitor.end();
    await stopped;
    expect(await isRunning(use.supervisorPid)).toBe(false);
    expect(postmasterPid()).toBeUndefined();
  });

  it('ends by itself when nobody is connected any more, and takes a throwaway folder along', async () => {
    const use = await ensure({ idleSeconds: 0.8, removeWhenStopped: true });
    const visitor = new Client(use.connectionString);
    await visitor.connect();
    use.release();
    // A connection to PostgreSQL alone keeps it up as well.
    const asked = Date.now();
    await until(() => Date.now() - asked > 1_500);
    expect((await visitor.query('select 1 as value')).rows).toEqual([{ value: 1 }]);
    await visitor.end();
    await until(async () => !(await isRunning(use.supervisorPid)));
    expect(existsSync(home)).toBe(false);
  });

  it('ends with its server on SIGTERM', async () => {
    const use = await ensure();
    const postmaster = postmasterPid() ?? 0;
    process.kill(use.supervisorPid, 'SIGTERM');
    await until(async () => !(await isRunning(use.supervisorPid)));
    expect(await isRunning(postmaster)).toBe(false);
    // Those who used it do not start it again.
    const ended = Date.now();
    await until(() => Date.now() - ended > 1_500);
    expect(existsSync(embeddedPostgresPaths(home).state)).toBe(false);
  });

  it('is taken over, not started again, when the supervisor is killed', async () => {
    const use = await ensure();
    const [killed, postmaster] = [use.supervisorPid, postmasterPid()];
    killHard(killed);
    await until(() => use.supervisorPid !== killed);
    expect(postmasterPid()).toBe(postmaster);
    expect(await select(use, 'select 1 as value')).toBe(1);
    await use.stop();
    expect(await isRunning(postmaster ?? 0)).toBe(false);
  });

  it('is brought back on its port when the server is killed', async () => {
    const use = await ensure({ durable: true });
    await select(use, 'create table kept as select 42 as n');
    const postmaster = postmasterPid() ?? 0;
    killHard(postmaster);
    await until(async () => postmasterPid() !== postmaster && (await select(use, 'select 1')) === undefined);
    expect(await select(use, 'select n as value from kept')).toBe(42);
    expect(readFileSync(embeddedPostgresPaths(home).log, 'utf8')).toMatch(/PostgreSQL crashed: .*SIGKILL/);
  });

  it('is waited for while it recovers', async () => {
    const use = await ensure({ durable: true });
    const { victim, stuck } = await backends(use);
    process.kill(stuck, 'SIGSTOP');
    killHard(victim);
    // It answers 57P03 until the process that stands still is killed, five seconds later.
    await until(async () => (await failing(use)) === '57P03');
    expect(await select(await ensure(), 'select 1 as value')).toBe(1);
  });

  it('is started again for as long as processes of the one that was killed hold its memory', async () => {
    const use = await ensure({ durable: true });
    const [{ stuck }, supervisor] = [await backends(use), use.supervisorPid];
    process.kill(stuck, 'SIGSTOP');
    killHard(postmasterPid() ?? 0);
    const tries = () =>
      readFileSync(embeddedPostgresPaths(home).log, 'utf8').match(/did not become ready/g)?.length ?? 0;
    await until(() => tries() >= 6, 60_000);
    killHard(stuck);
    await until(async () => (await failing(use)) === undefined, 60_000);
    expect(use.supervisorPid).toBe(supervisor);
  });

  it('recovers when supervisor and server are both killed', async () => {
    const first = await ensure({ durable: true });
    await select(first, 'create table kept as select 42 as n');
    first.release();
    killHard(first.supervisorPid);
    killHard(postmasterPid() ?? 0);
    const second = await ensure({ durable: true });
    expect(await select(second, 'select n as value from kept')).toBe(42);
  });

  it('starts although postmaster.pid names a living process that is no server of ours', async () => {
    const first = await ensure();
    const file = join(home, 'postgres', 'data', 'postmaster.pid');
    const lines = readFileSync(file, 'utf8').split('\n');
    await first.stop();
    // Of the same user as the server: a process of anybody else PostgreSQL disregards by itself.
    const { uid } = statSync(join(home, 'postgres', 'data'));
    const bystander = spawn('sleep', ['60'], { uid, cwd: '/' });
    try {
      writeFileSync(file, [String(bystander.pid), ...lines.slice(1)].join('\n'));
      expect(await select(await ensure(), 'select 1 as value')).toBe(1);
      expect(bystander.exitCode).toBeNull();
    } finally {
      bystander.kill();
    }
  });

  it('leaves nothing half-made when it is killed during the first initialisation', async () => {
    const starting = ensure().catch((error: unknown) => error);
    const folder = join(home, 'postgres');
    const room = await until(() => readdirSync(folder).find((name) => name.startsWith('new-')));
    await until(() => existsSync(join(folder, room, 'data')));
    expect(existsSync(join(folder, 'data'))).toBe(false);
    killHard(readState()?.pid ?? 0);
    // The one who waited has another supervisor start over by itself.
    const use = (await starting) as EmbeddedPostgres;
    expect(await select(use, 'select 1 as value')).toBe(1);
    expect(readdirSync(folder).filter((name) => name.startsWith('new-'))).toEqual([]);
  });

  it('moves to another port when somebody has taken its own', async () => {
    const first = await ensure();
    const port = Number(new URL(first.connectionString).port);
    await first.stop();
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    try {
      const second = await ensure();
      expect(Number(new URL(second.connectionString).port)).not.toBe(port);
      expect(await select(second, 'select 1 as value')).toBe(1);
    } finally {
      stranger.close();
    }
  });

  it('says what is wrong and where the log is when the data are of another version', async () => {
    mkdirSync(join(home, 'postgres', 'data'), { recursive: true });
    writeFileSync(join(home, 'postgres', 'data', 'PG_VERSION'), '9.6\n');
    const { log } = embeddedPostgresPaths(home);
    await expect(ensure()).rejects.toThrow(/made by PostgreSQL 9\.6, and this is 18/);
    await expect(ensure()).rejects.toThrow(log);
  });

  it('says so when the folder cannot be written', async () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    await expect(ensure({ home: file })).rejects.toThrow(/cannot write to .*\((?:ENOTDIR|EEXIST)\)/);
  });

  // Root alone runs PostgreSQL as somebody else, who may be kept out; any other user is not.
  if (process.getuid?.() === 0)
    it('as root without the capability to pass: names the folder in the way', () => {
      chmodSync(home, 0o700);
      const bounded = ['--bounding-set=-dac_read_search,-dac_override', process.execPath, SUPERVISOR];
      const run = (): unknown => execFileSync('setpriv', [...bounded, '--home', home], { stdio: 'pipe' });
      expect(run).toThrow('Command failed');
      expect(readState()?.failure).toContain(`cannot enter ${home}. Open it (chmod o+x ${home})`);
    });
  else
    it('as another user than root: PostgreSQL runs as that user, in a folder that is closed to others', async () => {
      chmodSync(home, 0o700);
      expect(await select(await ensure(), 'select 1 as value')).toBe(1);
    });
});

async function ensure(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const use = await ensureEmbeddedPostgres({ home, durable: false, ...options });
  uses.push(use);
  return use;
}

async function select(use: { connectionString: string }, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: use.connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<{ value: unknown }>(sql)).rows[0]?.value;
  } finally {
    await client.end();
  }
}

/** Two connections that stay open: the processes of the server behind them. */
async function backends(use: { connectionString: string }): Promise<{ victim: number; stuck: number }> {
  const pids: number[] = [];
  for (let n = 0; n < 2; n++) {
    const client = new Client(use.connectionString);
    client.on('error', () => undefined);
    await client.connect();
    visitors.push(client);
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    pids.push(rows[0]?.pid ?? 0);
  }
  return { victim: pids[0] ?? 0, stuck: pids[1] ?? 0 };
}

/** The code with which a connection is refused now. */
async function failing(use: { connectionString: string }): Promise<string | undefined> {
  try {
    await select(use, 'select 1');
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? 'unknown';
  }
}

function readState(): SupervisorState | undefined {
  const { state } = embeddedPostgresPaths(home);
  return existsSync(state) ? (JSON.parse(readFileSync(state, 'utf8')) as SupervisorState) : undefined;
}

/** Every supervisor at work on this test's home, as `ps` shows them. */
function supervisorPids(): number[] {
  return execFileSync('ps', ['-eo', 'pid=,args=', '-ww'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('supervisor.js') && line.includes(home))
    .map((line) => Number.parseInt(line, 10));
}

function postmasterPid(): number | undefined {
  const file = join(home, 'postgres', 'data', 'postmaster.pid');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined : undefined;
}

function killHard(pid: number): void {
  try {
    if (pid > 1 && pid !== process.pid) process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
