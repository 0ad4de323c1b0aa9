import { timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { onMessages, type ControlAnswer, type ControlRequest } from './embedded-postgres.js';

export interface ControlHandlers {
  /** Resolves, with the server's port, when that database can be used. */
  open(database: string): Promise<number>;
  /** Whether to stop now that a client asks for it. */
  mayStop(): Promise<boolean>;
  stop(reason: string): void;
}

/**
 * The supervisor's connections to those who use the cluster. Each open one is a lease: the cluster stays up as long as
 * there is one, and the kernel closes it when its owner dies.
 */
export class ControlServer {
  private readonly leases = new Set<Socket>();
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(
    private readonly token: string,
    private readonly handlers: ControlHandlers,
  ) {
    this.server = createServer((socket) => this.accept(socket));
  }

  get leaseCount(): number {
    return this.leases.size;
  }

  /** @returns the port on 127.0.0.1. */
  listen(): Promise<number> {
    return new Promise((done, fail) => {
      this.server.once('error', fail);
      this.server.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => {
        const address = this.server.address();
        done(typeof address === 'object' && address ? address.port : 0);
      });
    });
  }

  /** Takes no more clients and tells those there why. Their connections close with this process. */
  close(farewell: ControlAnswer): void {
    this.server.close();
    for (const socket of this.sockets) {
      if (this.leases.has(socket)) answer(socket, farewell);
      else socket.destroy();
    }
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.leases.delete(socket);
    });
    onMessages<ControlRequest>(socket, (request) => {
      if ('open' in request && this.isToken(request.open)) void this.open(socket, request.database);
      else if ('stop' in request && this.leases.has(socket)) void this.stop(socket);
      else socket.destroy();
    });
  }

  private async open(socket: Socket, database: string): Promise<void> {
    this.leases.add(socket);
    try {
      answer(socket, { ready: { port: await this.handlers.open(database), pid: process.pid } });
    } catch (error) {
      answer(socket, { failed: (error as Error).message });
    }
  }

  private async stop(socket: Socket): Promise<void> {
    this.leases.delete(socket);
    if (!(await this.handlers.mayStop())) return answer(socket, { kept: true });
    this.leases.add(socket);
    return this.handlers.stop('its last client asked for it');
  }

  private isToken(given: unknown): boolean {
    const [a, b] = [Buffer.from(String(given)), Buffer.from(this.token)];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}

function answer(socket: Socket, message: ControlAnswer): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
}
