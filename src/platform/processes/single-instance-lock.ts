import { createHash } from 'node:crypto';
import { constants, openSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** BSD's open(2) takes the lock with the file; Node has no name for the flag. */
const O_EXLOCK = 0x20;

/**
 * Takes the lock of a folder for the rest of this process's life. The kernel gives it up when the process ends, however
 * it ends: there is no stale lock to judge. On Linux it is a socket name without a file, on Windows a pipe name, on macOS
 * a file opened with a lock.
 * @returns false when another process has it.
 */
export async function takeLock(folder: string): Promise<boolean> {
  if (process.platform === 'darwin') return takeFileLock(join(folder, 'lock'));
  const name = `farebox-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32)}`;
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : `\0${name}`;
  const server = createServer((socket) => socket.destroy()).unref();
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? done(false) : fail(error),
    );
    server.listen({ path, exclusive: true }, () => done(true));
  });
}

function takeFileLock(file: string): boolean {
  try {
    openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK, 0o600);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EAGAIN' || code === 'EWOULDBLOCK') return false;
    throw error;
  }
}
