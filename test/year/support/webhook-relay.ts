import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/**
 * Stands between the twin and the application: the twin signs with the machine's time, the application lives in another
 * one and refuses what seems old. Signs each event again, for the application's time.
 */
export class WebhookRelay {
  secret = '';
  target = '';
  /** Whether events are taken and go nowhere: to the twin they are delivered. */
  loses = false;
  private readonly lost: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(nowMs: () => number): Promise<WebhookRelay> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        if (relay.loses) {
          relay.lost.push(body);
          return response.writeHead(200).end();
        }
        return relay.forward(body, nowMs()).then(
          (status) => response.writeHead(status).end(),
          () => response.writeHead(502).end(),
        );
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const relay = new WebhookRelay(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return relay;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Delivers what was lost, the latest first. */
  async deliverLost(nowMs: number): Promise<void> {
    for (const body of this.lost.splice(0).toReversed()) await this.forward(body, nowMs);
  }

  private async forward(body: string, nowMs: number): Promise<number> {
    const seconds = Math.floor(nowMs / 1000);
    const signature = createHmac('sha256', this.secret).update(`${seconds}.${body}`).digest('hex');
    const { status } = await fetch(`${this.target}/webhooks/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': `t=${seconds},v1=${signature}` },
      body,
    });
    return status;
  }
}
