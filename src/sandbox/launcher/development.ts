import { watch } from 'node:fs';
import { join, sep } from 'node:path';
import { projectRoot } from '../../platform/project/project.js';
import { compiled } from './plan.js';
import type { Sandbox } from './sandbox.js';

/** The compiler says that it is done before everybody has heard of the last file it wrote. */
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
  let restarts: Promise<void> = Promise.resolve();
  const rebuilds = new Rebuilds(() => {
    restarts = restarts.then(() => restart(sandbox, say));
  });
  sandbox.programs.follow('compiler', (line) => {
    if (/error TS\d+|Found [1-9]\d* error/.test(line)) say(`[compiler] ${line}`);
    rebuilds.heard(line);
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

/** Calls back when something of the application was written, and the compiler is done: it writes many files in a row. */
class Rebuilds {
  private compiling = true;
  private written = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly changed: () => void) {
    watch(compiled(''), { recursive: true, persistent: false }, (_event, file) => {
      if (!file?.endsWith('.js') || file.startsWith(`sandbox${sep}`)) return;
      this.written = true;
      this.look();
    });
  }

  /** @param line of the compiler */
  heard(line: string): void {
    if (/Starting (?:incremental )?compilation/.test(line)) this.compiling = true;
    if (!/Found \d+ errors?/.test(line)) return;
    this.compiling = false;
    this.look();
  }

  private look(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.compiling || !this.written) return;
      this.written = false;
      this.changed();
    }, QUIET_MS);
  }
}
