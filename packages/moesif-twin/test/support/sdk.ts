import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** What moesif-nodejs rejects with, and moesifapi hands to a callback. */
export interface SdkError {
  errorMessage?: string;
  errorCode?: string | number;
}

export interface ControllerResult {
  error: SdkError | null;
  statusCode: number | null;
  headers: Record<string, string>;
  body: unknown;
  /** Status from the callback's third argument: there for errors too. */
  contextStatus: number | null;
}

interface Answer {
  id: number;
  value?: unknown;
  error?: SdkError;
}

/** A process of its own that runs moesif-nodejs and moesifapi. */
export class Sdk {
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private lastId = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (answer: Answer) => this.waiting.get(answer.id)?.(answer));
    child.on('exit', () => {
      for (const [id, settle] of this.waiting) settle({ id, error: { errorMessage: 'the process ended' } });
    });
  }

  static start(): Sdk {
    const env = { ...process.env };
    // axios obeys proxy settings even for loopback addresses.
    for (const name of Object.keys(env)) if (/^(https?|all)_proxy$/i.test(name)) delete env[name];
    return new Sdk(
      fork(resolve('packages/moesif-twin/test/support/sdk-process.mjs'), {
        env,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      }),
    );
  }

  /** Makes the middleware and a server behind it; gives the server's address. */
  async startMiddleware(options: Record<string, unknown>): Promise<string> {
    return (await this.ask({ verb: 'start', options })) as string;
  }

  /** @throws SdkError what the SDK's promise was rejected with */
  async middleware(method: string, argument: unknown): Promise<{ statusCode: number }> {
    return (await this.ask({ verb: 'middleware', method, argument })) as { statusCode: number };
  }

  async configure(configuration: Record<string, unknown>): Promise<void> {
    await this.ask({ verb: 'configure', configuration });
  }

  /** `model` is the class that wraps the body, or each of its members. */
  async controller(method: string, body?: unknown, model?: string): Promise<ControllerResult> {
    return (await this.ask({ verb: 'controller', method, model, body })) as ControllerResult;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.disconnect();
    await once(this.child, 'exit');
  }

  private async ask(question: object): Promise<unknown> {
    this.lastId += 1;
    const id = this.lastId;
    const answer = await new Promise<Answer>((settle) => {
      this.waiting.set(id, settle);
      this.child.send({ id, ...question });
    });
    this.waiting.delete(id);
    if (answer.error) throw answer.error;
    return answer.value;
  }
}
