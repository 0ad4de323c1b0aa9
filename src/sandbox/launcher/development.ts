import { join } from 'node:path';
import { projectRoot } from '../../platform/project/project.js';
import type { Sandbox } from './sandbox.js';

/**
 * Compiles on every change and restarts the application with what came out. What the types say comes later and stops
 * nothing. The twins and the launcher stay as started.
 */
export function restartOnChange(sandbox: Sandbox, say: (message: string) => void): void {
  let restarts: Promise<void> = Promise.resolve();
  run(sandbox, 'compiler', 'scripts/compile.js', ['--watch'], (line) => {
    if (!/^Wrote \d+ files/.test(line)) say(`[compiler] ${line}`);
    else restarts = restarts.then(() => restart(sandbox, say));
  });
  const watchTypes = ['-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput', '--pretty', 'false'];
  run(sandbox, 'types', 'node_modules/typescript/bin/tsc', watchTypes, (line) => {
    if (/error TS\d+|Found [1-9]\d* error/.test(line)) say(`[types] ${line}`);
  });
  say('Watching src: the application restarts when its code changes.');
}

/** @param handle is given every line that it writes */
function run(
  sandbox: Sandbox,
  name: string,
  script: string,
  args: readonly string[],
  handle: (line: string) => void,
): void {
  sandbox.guard(sandbox.programs.start({ name, log: name, script: join(projectRoot, script), args }));
  sandbox.programs.follow(name, handle);
}

async function restart(sandbox: Sandbox, say: (message: string) => void): Promise<void> {
  if (sandbox.isStopping) return;
  say('The code has changed: restarting the application …');
  try {
    await sandbox.restartApplication();
    if (!sandbox.isStopping) say('The application is ready again.');
  } catch (error) {
    if (!sandbox.isStopping) say(`${(error as Error).message}\nWaiting for the next change …`);
  }
}
