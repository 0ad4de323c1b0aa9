import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { outwaitLeftovers } from './run-record.js';

const children: ChildProcess[] = [];

/** A process that ignores SIGTERM for so long, with `mark` on its command line. */
async function left(mark: string, ms: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', `console.log(1); setTimeout(() => {}, ${ms})`, mark]);
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('what an earlier run left', () => {
  it('is waited for while it ends by itself', async () => {
    const child = await left('mark-of-this-run', 500);
    const said: string[] = [];
    await outwaitLeftovers(
      [{ name: 'application', pid: child.pid ?? 0, mark: 'mark-of-this-run' }],
      (message) => said.push(message),
    );
    expect(said).toEqual(['Waiting for an earlier run to end (application) …']);
    expect(child.signalCode).toBeNull();
  });

  it('is killed when it does not end', async () => {
    const child = await left('mark-of-this-run', 60_000);
    const exit = once(child, 'exit');
    await outwaitLeftovers(
      [{ name: 'application', pid: child.pid ?? 0, mark: 'mark-of-this-run' }],
      () => undefined,
      100,
    );
    expect(await exit).toEqual([null, 'SIGKILL']);
  });

  it('is not confused with a process that has got its number since', async () => {
    const child = await left('something else', 60_000);
    await outwaitLeftovers(
      [{ name: 'application', pid: child.pid ?? 0, mark: 'mark-of-this-run' }],
      () => undefined,
      0,
    );
    expect(child.exitCode).toBeNull();
    expect(child.signalCode).toBeNull();
  });
});
