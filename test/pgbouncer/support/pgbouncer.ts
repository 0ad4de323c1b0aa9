import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.js';
import { until } from '../../support/processes.js';

type PoolMode = 'session' | 'transaction' | 'statement';

export interface PgBouncer {
  /** The address of a database, through the pooler. */
  through(databaseUrl: string): string;
  /** Changes the mode of the pooler that runs, as an operator does. */
  setMode(mode: PoolMode): void;
  stop(): Promise<void>;
}

/** Debian's PgBouncer in front of the server of `databaseUrl`, with its defaults but for the mode. */
export async function startPgBouncer(databaseUrl: string, mode: PoolMode): Promise<PgBouncer> {
  const { hostname, port: serverPort, username, password } = new URL(databaseUrl);
  const dir = mkdtempSync(join(tmpdir(), 'farebox-pgbouncer-'));
  const port = await freePort();
  writeFileSync(join(dir, 'users.txt'), `"${username}" "${decodeURIComponent(password)}"\n`);
  const configure = (poolMode: PoolMode): void =>
    writeFileSync(
      join(dir, 'pgbouncer.ini'),
      `[databases]
* = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${join(dir, 'users.txt')}
pool_mode = ${poolMode}
`,
    );
  configure(mode);
  chmodSync(dir, 0o755);
  const asRoot = process.getuid?.() === 0;
  const child = spawn(
    process.env['PGBOUNCER_PATH'] ?? '/usr/sbin/pgbouncer',
    // It refuses to run as root.
    ['-q', ...(asRoot ? ['-u', 'nobody'] : []), join(dir, 'pgbouncer.ini')],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const exited = once(child, 'exit');
  await until(() => answers(port));
  return {
    through: (url) => {
      const pooled = new URL(url);
      pooled.port = String(port);
      return pooled.href;
    },
    setMode: (poolMode) => {
      configure(poolMode);
      child.kill('SIGHUP');
    },
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
