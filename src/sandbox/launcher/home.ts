import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  ensureEmbeddedPostgres,
  embeddedPostgresPaths,
} from '../../platform/embedded-postgres/embedded-postgres.js';
import { isRunning } from '../../platform/processes/process-table.js';
import { sandboxFiles } from './plan.js';
import { SandboxError } from './sandbox-error.js';

/** @throws {SandboxError} when the folder cannot be made or written to. */
export function makeHome(home: string): void {
  try {
    mkdirSync(sandboxFiles(home).logs, { recursive: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new SandboxError(
      `The folder ${home} cannot be used (${code}). Set FAREBOX_HOME to a folder of your own.`,
    );
  }
}

/**
 * The application also keeps its own PostgreSQL in a home when it runs with real keys and without DATABASE_URL. The sandbox
 * leaves such data alone: its customers are others.
 * @throws {SandboxError} when the home holds a database that no sandbox has made.
 */
export function refuseForeignData(home: string): void {
  const files = sandboxFiles(home);
  if (!existsSync(join(files.postgres, 'data')) || existsSync(files.settings)) return;
  throw new SandboxError(
    `${home} holds the database of an application that ran with keys of its own. ` +
      `Set FAREBOX_HOME to another folder for the sandbox, for example: FAREBOX_HOME=.farebox-sandbox npm run sandbox`,
  );
}

/** Removes the data of earlier runs: the sandbox's own files and folders, nothing else that stands in the home. */
export async function removeData(home: string): Promise<void> {
  await endPostgres(home);
  const { logs, settings, ...rest } = sandboxFiles(home);
  for (const path of Object.values(rest)) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  // Last: by the settings file this home is known as a sandbox's, should the removal be cut short.
  for (const path of [logs, settings]) rmSync(path, { recursive: true, force: true });
}

/** Ends a PostgreSQL that runs on this home, whoever is connected to it. */
async function endPostgres(home: string): Promise<void> {
  const { folder, state } = embeddedPostgresPaths(home);
  // After an orderly end there is neither.
  if (!existsSync(state) && !existsSync(join(folder, 'data', 'postmaster.pid'))) return;
  // This also takes over a server whose supervisor was killed.
  const { supervisorPid, release } = await ensureEmbeddedPostgres({ home });
  process.kill(supervisorPid, 'SIGTERM');
  release();
  for (const deadline = Date.now() + 20_000; isRunning(supervisorPid); await delay(20)) {
    if (Date.now() > deadline)
      throw new SandboxError(`PostgreSQL on ${home} does not end (supervisor ${supervisorPid}).`);
  }
}
