import type { Settings } from '../platform/config/settings.js';
import type { Finding } from '../platform/health/finding.js';
import { findFolderProblem, freeBytes } from '../platform/health/folder-problem.js';

const MEBIBYTE = 1_048_576;

/** Whether Farebox could now write its files on disk. */
export async function examineFolders(settings: Settings): Promise<Finding[]> {
  const home = await examineFolder(
    'FAREBOX_HOME is writable',
    settings.get('FAREBOX_HOME'),
    'Set FAREBOX_HOME to a writable folder: it holds the embedded PostgreSQL and files written by catalog apply.',
  );
  // With a database and a spool elsewhere, only catalog apply needs it.
  if (home.level !== 'ok' && settings.get('DATABASE_URL') !== undefined) home.level = 'warning';
  const findings = [home];
  if (settings.get('SPOOL') === 'off') return findings;
  const check = 'The spool is writable';
  const folder = settings.spoolFolder;
  const spool = await examineFolder(
    check,
    folder,
    'Set SPOOL_DIR to a writable folder on persistent storage, or SPOOL=off.',
  );
  return [...findings, spool.level === 'ok' ? await examineSpace(spool, folder, settings) : spool];
}

async function examineFolder(check: string, folder: string, advice: string): Promise<Finding> {
  const problem = await findFolderProblem(folder);
  if (problem === undefined) return { check, level: 'ok', message: folder };
  return { check, level: 'problem', message: `${folder} cannot be written (${problem})`, advice };
}

async function examineSpace(spool: Finding, folder: string, settings: Settings): Promise<Finding> {
  const [free, wanted] = [await freeBytes(folder), settings.get('SPOOL_LIMIT_MB') * MEBIBYTE];
  if (free >= wanted) return spool;
  return {
    ...spool,
    level: 'warning',
    message: `its disk has ${Math.floor(free / MEBIBYTE)} MiB free, less than SPOOL_LIMIT_MB ${settings.get('SPOOL_LIMIT_MB')}`,
    advice:
      'Free space on the disk of SPOOL_DIR, or lower SPOOL_LIMIT_MB: paid calls are refused when the disk is full.',
  };
}
