import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll } from '@jest/globals';

export interface StartOptions {
  /** The built program, such as `dist/main.js`. */
  script: string;
  args?: readonly string[];
  /** Its whole environment: nothing but PATH comes from the shell that runs the tests. */
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  execArgv?: readonly string[];
  /** True: in a process group of its own, as a shell starts a command: `process.kill(-pid, …)` is its Ctrl-C. */
  ownGroup?: boolean;
  /**
   * When it counts as started: `http`, the address answers 200; `message`, it has sent a message over IPC;
   * absent, at once.
   */
  ready?: { http: string } | 'message';
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  pid: number;
  /** What it has written so far, stdout and stderr together. */
  output(): string;
  stdout(): string;
  stderr(): string;
  /** Messages that it has sent over IPC. */
  messages: readonly unknown[];
  exited: Promise<Exit>;
  /** Sends a signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<Exit>;
  /** Ends it as an operator does, with SIGTERM. @throws when it does not end within 20 s; it is killed then. */
  stop(): Promise<Exit>;
}

const living = new Set<ChildProcess>();

afterAll(async () => {
  for (const child of living) child.kill('SIGKILL');
  await Promise.all([...living].map((child) => once(child, 'exit')));
});

/**
 * Ends the program when the test process that holds its IPC channel is gone, however and however early that ended. By
 * force: `process.exit` waits for worker threads, and was seen to wait for ever.
 */
const END_WITH_TEST = `data:text/javascript,${encodeURIComponent(
  `import { isMainThread } from 'node:worker_threads';
   const end = () => process.kill(process.pid, 'SIGKILL');
   if (isMainThread) { process.once('disconnect', end); if (!process.connected) end(); process.channel?.unref(); }`,
)}`;

/** Starts a built program as a child process. What is still running when the test file ends is killed. */
export async function startProcess(options: StartOptions): Promise<RunningProcess> {
  const { PATH = '' } = process.env;
  const child = spawn(
    process.execPath,
    [...(options.execArgv ?? []), '--import', END_WITH_TEST, options.script, ...(options.args ?? [])],
    {
      env: { PATH, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: options.ownGroup ?? false,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    },
  );
  living.add(child);
  const exited = once(child, 'exit').then(async ([code, signal]): Promise<Exit> => {
    living.delete(child);
    // What it wrote last arrives after its end, unless a child of its own still holds the pipe.
    if (child.stdout?.readableEnded === false) await Promise.race([once(child, 'close'), delay(500)]);
    return { code, signal } as Exit;
  });
  const messages: unknown[] = [];
  child.on('message', (message) => messages.push(message));
  const written = collectOutput(child);
  const kill = (signal: NodeJS.Signals): Promise<Exit> => {
    child.kill(signal);
    return exited;
  };
  const running: RunningProcess = {
    pid: child.pid ?? 0,
    ...written,
    messages,
    exited,
    kill,
    stop: async () => {
      child.kill('SIGTERM');
      const exit = await Promise.race([exited, delay(20_000 * PATIENCE, undefined, { ref: false })]);
      if (exit) return exit;
      await kill('SIGKILL');
      throw new Error(
        `${options.script} did not end within ${20 * PATIENCE} s of SIGTERM\n${written.output()}`,
      );
    },
  };
  await untilReady(options, running);
  return running;
}

/** Runs a built program to its end. */
export async function runProcess(options: Omit<StartOptions, 'ready'>): Promise<Exit & RunningProcess> {
  const running = await startProcess(options);
  return { ...running, ...(await running.exited) };
}

function collectOutput(child: ChildProcess): Record<'output' | 'stdout' | 'stderr', () => string> {
  const written: { from: 'stdout' | 'stderr'; text: string }[] = [];
  for (const from of ['stdout', 'stderr'] as const) {
    child[from]?.setEncoding('utf8').on('data', (text: string) => written.push({ from, text }));
  }
  const join = (...from: string[]) =>
    written
      .filter((part) => from.includes(part.from))
      .map((part) => part.text)
      .join('');
  return {
    output: () => join('stdout', 'stderr'),
    stdout: () => join('stdout'),
    stderr: () => join('stderr'),
  };
}

async function untilReady(options: StartOptions, running: RunningProcess): Promise<void> {
  const { ready } = options;
  if (ready === undefined) return;
  let exit: Exit | undefined;
  void running.exited.then((how) => (exit = how));
  const isReady = async (): Promise<boolean> => {
    if (exit) return true;
    if (ready === 'message') return running.messages.length > 0;
    const answer = await fetch(ready.http).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status === 200;
  };
  try {
    await until(isReady, READY_MS);
  } catch {
    await running.kill('SIGKILL');
    throw new Error(`${options.script} was not ready in time\n${running.output()}`);
  }
  if (exit) {
    throw new Error(
      `${options.script} ended (${exit.signal ?? exit.code}) before it was ready\n${running.output()}`,
    );
  }
}

/** Long enough for a program to start. */
const READY_MS = 20_000;

/** Deadlines are for what never comes: on a machine that is busy with another run everything takes several times as long. */
const PATIENCE = 4;

/**
 * Polls until the condition holds and returns what it returned. A condition that throws does not hold yet.
 * @throws when it does not hold after `timeoutMs` (10 s by default) of a machine that is not busy, with the condition's
 * last error as its cause.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  timeoutMs = 10_000,
): Promise<Exclude<T, undefined | null | false | 0 | ''>> {
  const deadline = Date.now() + timeoutMs * PATIENCE;
  let cause: unknown;
  do {
    try {
      const result = await condition();
      if (result) return result as Exclude<T, undefined | null | false | 0 | ''>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await delay(20);
  } while (Date.now() < deadline);
  throw new Error(`not so within ${timeoutMs * PATIENCE} ms: ${condition.toString().slice(0, 200)}`, {
    cause,
  });
}

/** Waits until a program has written the text: what it writes arrives later than what it answers. */
export function logged(running: Pick<RunningProcess, 'output'>, text: string): Promise<true> {
  return until(() => running.output().includes(text)).catch((error: unknown) => {
    throw new Error(`not written: ${text}\n${running.output()}`, { cause: error });
  });
}

/** Whether a process with this id runs (one that ended and was not collected by its parent does not). */
export async function isRunning(pid: number): Promise<boolean> {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const ps = spawn('ps', ['-o', 'stat=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] });
  let stat = '';
  ps.stdout.setEncoding('utf8').on('data', (text: string) => (stat += text));
  await once(ps, 'close');
  return stat.trim() !== '' && !stat.trim().startsWith('Z');
}
