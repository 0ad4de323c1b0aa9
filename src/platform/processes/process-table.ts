import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether the process runs. One that has ended and only waits for its parent to take notice does not. */
export function isRunning(pid: number): boolean {
  if (process.platform === 'linux') return Boolean(commandOf(pid));
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a process; undefined when it is gone, empty when it has ended and was not collected yet. */
export function commandOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    }
    return execFileSync('ps', ['-o', 'args=', '-ww', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
