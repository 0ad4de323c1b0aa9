import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { parseSettings, SettingsError, type Settings } from './settings.js';
import { readTextFile, TextFileError } from './text-file.js';

/**
 * The one place that reads the process's environment. Variables override the file, which is `.env` in the working
 * directory, or the file set in `ENV_FILE` (the sandbox uses one of its own, so that it never gets real keys from
 * `.env`).
 */
export function readEnvironment(): Record<string, string | undefined> {
  const named = process.env['ENV_FILE'] ?? sandboxFile;
  return { ...readEnvFile(resolve(named ?? '.env'), named !== undefined), ...process.env };
}

/**
 * The environment of the shell, without any file: for the sandbox, which must neither read the keys in `.env` nor work
 * on the data that belong to them.
 */
export function readShellEnvironment(): Record<string, string | undefined> {
  return { ...process.env };
}

let sandboxFile: string | undefined;

/**
 * For the command line: without keys in the environment or in `.env`, the settings of the sandbox on the same
 * FAREBOX_HOME are used.
 */
export function useSandboxSettings(): void {
  const found = readEnvironment();
  if (found['STRIPE_KEY'] || found['STRIPE_API_KEY'] || process.env['ENV_FILE']) return;
  const file = sandboxFileIn(found['FAREBOX_HOME'] ?? '.farebox');
  if (existsSync(file)) sandboxFile = file;
}

/**
 * Accounts of the sandbox must not meet real keys: with the embedded database, a home that a sandbox has used belongs
 * to the sandbox.
 * @throws {SettingsError}
 */
export function refuseSandboxData(found: Settings): void {
  const file = sandboxFileIn(found.get('FAREBOX_HOME'));
  const named = process.env['ENV_FILE'];
  if (found.get('DATABASE_URL') !== undefined || !existsSync(file)) return;
  if (named !== undefined && resolve(named) === file) return;
  throw new SettingsError([
    {
      name: 'FAREBOX_HOME',
      message: 'names a folder with the data of a sandbox; name another one, or set DATABASE_URL',
    },
  ]);
}

function sandboxFileIn(home: string): string {
  return join(resolve(home), 'sandbox.env');
}

let settings: Settings | undefined;

/**
 * The settings of this process, read on the first call.
 * @throws {SettingsError} naming every bad setting.
 */
export function readSettings(): Settings {
  settings ??= parseSettings(readEnvironment());
  return settings;
}

/** The values of a file in dotenv format. */
export function readEnvFile(path: string, mustExist: boolean): Record<string, string> {
  try {
    return parseEnv(readTextFile(path)) as Record<string, string>;
  } catch (error) {
    if (!(error instanceof TextFileError)) throw error;
    if (error.missing && !mustExist) return {};
    throw new SettingsError([{ name: mustExist ? 'ENV_FILE' : '.env', message: error.message }]);
  }
}
