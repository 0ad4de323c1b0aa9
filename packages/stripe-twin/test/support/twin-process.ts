import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Stripe } from 'stripe';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** The built twin as a process of its own, on a free port, with a folder of its own. */
export class TwinProcess {
  private constructor(
    private child: ChildProcess,
    private readonly dataDir: string,
    public url: string,
  ) {}

  static async start(): Promise<TwinProcess> {
    const dataDir = await mkdtemp(join(tmpdir(), 'stripe-twin-'));
    const { child, url } = await launch(dataDir, 0);
    return new TwinProcess(child, dataDir, url);
  }

  /** The official SDK, pointed here. Nothing is retried unless asked for: a test wants to see the refusal. */
  client(options: { key?: string; retries?: number; timeout?: number } = {}): Stripe {
    const { hostname, port } = new URL(this.url);
    return new Stripe(options.key ?? 'sk_test_contract', {
      host: hostname,
      port,
      protocol: 'http',
      maxNetworkRetries: options.retries ?? 0,
      telemetry: false,
      ...(options.timeout !== undefined && { timeout: options.timeout }),
    });
  }

  /** POST to `/_sandbox`. */
  async command(path: string, body: object = {}): Promise<unknown> {
    const response = await fetch(`${this.url}/_sandbox/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** GET from `/_sandbox`. */
  async look<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/_sandbox/${path}`);
    return (await response.json()) as T;
  }

  /** As a power cut would: no chance to write anything down. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  /** Again on the same port and the same files. */
  async restart(): Promise<void> {
    await this.kill();
    const { child, url } = await launch(this.dataDir, Number(new URL(this.url).port));
    this.child = child;
    this.url = url;
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

async function launch(dataDir: string, port: number): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [MAIN, '--port', String(port), '--data', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { listening } = JSON.parse(line) as { listening: string };
    return { child, url: listening };
  }
  throw new Error('The twin ended before it listened');
}
