import { watch } from 'node:fs';
import { join, sep } from 'node:path';
import { program, projectRoot } from './plan.js';
import type { Sandbox } from './sandbox.js';

/** The compiler writes many files in a row: one restart when it has been quiet for so long. */
const QUIET_MS = 250;

/** Compiles on every change and restarts the application with what came out. The twins and the launcher stay as started. */
export function restartOnChange(sandbox: Sandbox, say: (message: string) => void): void {
  const compiler = sandbox.programs.start({
    name: 'compiler',
    log: 'compiler',
    script: join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc'),
    args: ['-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'],
  });
  sandbox.guard(compiler);
  sandbox.programs.follow('compiler', (line) => {
    if (/error TS\d+|Found [1-9]\d* error/.test(line)) say(`[compiler] ${line}`);
  });
  let restarts: Promise<void> = Promise.resolve();
  onRebuild(() => {
    restarts = restarts.then(() => restart(sandbox, say));
  });
  say('Watching src: the application restarts when its code changes.');
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

/** Calls back when the compiler has written something of the application. */
function onRebuild(changed: () => void): void {
  let timer: NodeJS.Timeout | undefined;
  watch(program(''), { recursive: true, persistent: false }, (_event, file) => {
    if (!file?.endsWith('.js') || file.startsWith(`sandbox${sep}`)) return;
    clearTimeout(timer);
    timer = setTimeout(changed, QUIET_MS);
  });
}
