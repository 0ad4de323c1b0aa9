import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, open, stat, statfs, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/**
 * Why files cannot be written in a folder, which need not be there yet: its parent is tried then. Nothing stays behind.
 * @returns a code of the operating system such as `EROFS`; `undefined` when they can be.
 */
export async function findFolderProblem(folder: string): Promise<string | undefined> {
  const existing = await nearestExisting(resolve(folder));
  const probe = join(existing, `.farebox-probe-${randomUUID()}`);
  try {
    if (!(await stat(existing)).isDirectory()) return 'ENOTDIR';
    await access(existing, constants.R_OK | constants.W_OK | constants.X_OK);
    const file = await open(probe, 'wx', 0o600);
    try {
      // A full disk accepts an empty file.
      await file.writeFile('probe\n');
      await file.datasync();
    } finally {
      await file.close();
      await unlink(probe);
    }
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown error';
  }
}

/** Bytes that this user may still write on the disk of a folder, which need not be there yet. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(await nearestExisting(resolve(folder)));
  return bavail * bsize;
}

async function nearestExisting(folder: string): Promise<string> {
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => error.code);
    if (found !== 'ENOENT' && found !== 'ENOTDIR') return path;
  }
  return '/';
}
