import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  body: Buffer;
  signature: string;
}

/** A receiver of webhooks with the answers of the test. */
export class Receiver {
  readonly received: Received[] = [];
  /** The status of the next answers; the last one stays. */
  answers = [200];
  /** Takes the request and never answers. */
  silent = false;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const signature = String(request.headers['stripe-signature']);
        receiver.received.push({ body: Buffer.concat(chunks), signature });
        if (receiver.silent) return;
        const [status, ...later] = receiver.answers;
        if (later.length > 0) receiver.answers = later;
        response.writeHead(status ?? 200, status === 302 ? { location: receiver.url } : {}).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hooks`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
