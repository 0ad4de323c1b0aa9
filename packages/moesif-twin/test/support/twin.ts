import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export type Json = Record<string, unknown>;

/** Of the length that moesif-nodejs asks for. */
export const sandboxApplicationId = `sandbox-${'0'.repeat(60)}`;

/** The built twin as a process of its own, on a free port, with its files in a folder that goes with it. */
export class Twin {
  private child: ChildProcess | undefined;
  private address = '';

  private constructor(private readonly dataDir: string) {}

  static async start(): Promise<Twin> {
    const twin = new Twin(mkdtempSync(join(tmpdir(), 'moesif-twin-')));
    await twin.run();
    return twin;
  }

  get baseUri(): string {
    return this.address;
  }

  /** Ends it as a crash does, and starts it again on the files it left (on another port). */
  async killAndRestart(): Promise<void> {
    await this.kill();
    await this.run();
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ends it in good order. */
  async stop(): Promise<number | null> {
    const code = await this.end('SIGTERM');
    rmSync(this.dataDir, { recursive: true, force: true });
    return code;
  }

  async get<T = Json[]>(path: string): Promise<T> {
    const response = await fetch(`${this.address}${path}`);
    if (response.status !== 200) throw new Error(`GET ${path}: ${response.status}`);
    return (await response.json()) as T;
  }

  /** POST of JSON with an application id, as the collector wants it. */
  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.address}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-moesif-application-id': sandboxApplicationId,
        ...headers,
      },
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    });
  }

  private async run(): Promise<void> {
    const child = fork(
      resolve('packages/moesif-twin/dist/main.js'),
      ['--port', '0', '--data', this.dataDir],
      {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    this.child = child;
    const [message] = (await once(child, 'message')) as [{ listening: string }];
    this.address = message.listening;
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }
}
