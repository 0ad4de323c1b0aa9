import { createServer } from 'node:net';
import { SandboxError } from './sandbox-error.js';

/**
 * Makes sure that a port can be listened on, and chooses one for port 0.
 * @throws {SandboxError} naming the setting to change.
 */
export async function claimPort(setting: string, port: number, host: string): Promise<number> {
  try {
    return await listenOnce(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const example = `${setting}=${port < 60_000 ? port + 1 : 3_001} npm run sandbox`;
    if (code === 'EADDRINUSE') {
      throw new SandboxError(
        `Port ${port} is in use by another program. Set ${setting} to another one, for example: ${example}`,
      );
    }
    if (code === 'EACCES') {
      throw new SandboxError(`Port ${port} is not open to ordinary users. Set ${setting} to one above 1023.`);
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new SandboxError(`HOST ${host} is no address of this machine. Leave it out for 127.0.0.1.`);
    }
    throw error;
  }
}

/**
 * The same for a port that nobody may have chosen: another one then, when it is taken.
 * @param taken ports that will be listened on in a moment
 */
export async function claimAnyPort(port: number, host: string, taken: readonly number[]): Promise<number> {
  if (taken.includes(port)) return listenOnce(0, host);
  try {
    return await listenOnce(port, host);
  } catch {
    return listenOnce(0, host);
  }
}

function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : port));
    });
  });
}

/** @throws {SandboxError} when two settings name the same port. */
export function refuseSamePort(ports: Readonly<Record<string, number>>): void {
  const seen = new Map<number, string>();
  for (const [setting, port] of Object.entries(ports)) {
    const other = seen.get(port);
    if (port !== 0 && other !== undefined) {
      throw new SandboxError(`${other} and ${setting} are both ${port}. Set one of them to another port.`);
    }
    seen.set(port, setting);
  }
}
