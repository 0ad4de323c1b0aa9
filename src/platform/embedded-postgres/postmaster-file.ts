import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf } from '../processes/process-table.js';

export interface Postmaster {
  pid: number;
  port: number;
}

/**
 * The server that runs on a data directory, by the `postmaster.pid` it keeps there.
 * A file left by a server that is gone can name a process that has nothing to do with it (numbers are used again, after
 * a reboot above all), and PostgreSQL would then refuse to start: such a file is removed. Any other is PostgreSQL's to
 * judge, which also looks at the shared memory that the file names.
 */
export function findPostmaster(data: string): Postmaster | undefined {
  const file = join(data, 'postmaster.pid');
  let lines: string[];
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  const command = Number.isInteger(pid) && pid > 1 ? commandOf(pid) : undefined;
  if (command === undefined) return undefined;
  if (/postgres/i.test(command) && command.includes(data)) return { pid, port };
  rmSync(file, { force: true });
  return undefined;
}
