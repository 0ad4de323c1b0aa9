import { Worker } from 'node:worker_threads';
import { builtProgram } from '../../../platform/project/project.js';
import { CallsRefusedError } from '../analytics-gateway.js';
import { MoesifError } from './moesif-error.js';
import type { SenderAnswer, SenderData, SenderRequest } from './sender-messages.js';

/** moesifapi gives up after 10 s; a thread that does not answer for longer is stuck. */
const DEADLINE_MS = 20_000;
/** The batch is invalid or too large, which no retry changes. Not 401, 403, 404: those are about our key or set-up. */
const REFUSALS = new Set([400, 413, 422]);

const [OPEN = 0, CLOSE = 0, COMMA = 0, LINE_FEED = 0] = Buffer.from('[],\n');

interface Waiting {
  resolve(body: unknown): void;
  reject(error: Error): void;
  deadline: NodeJS.Timeout;
}

/** The front of the thread that sends events to Moesif. The thread starts with the first message, and again after a crash. */
export class MoesifSender {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  constructor(private readonly data: SenderData) {}

  /** Sends events as JSON, one per line. @throws {CallsRefusedError} @throws {MoesifError} */
  async send(events: readonly Buffer[]): Promise<void> {
    if (events.length > 0) await this.ask({ id: ++this.lastId, ask: 'send', events: joined(events) });
  }

  /** The collector's configuration, as answered. @throws {MoesifError} */
  config(): Promise<unknown> {
    return this.ask({ id: ++this.lastId, ask: 'config' });
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
  }

  private ask(request: SenderRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => void this.worker?.terminate(), DEADLINE_MS).unref();
      this.waiting.set(request.id, { resolve, reject, deadline });
      (this.worker ??= this.start()).postMessage(
        request,
        request.ask === 'send' ? [request.events.buffer] : [],
      );
    });
  }

  private start(): Worker {
    const worker = new Worker(builtProgram('modules/analytics/moesif/sender.worker.js'), {
      workerData: this.data,
      name: 'moesif sender',
      // It holds one batch at a time, of half a megabyte.
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 },
    });
    worker.unref();
    worker.on('message', (answer: SenderAnswer) => this.settle(answer));
    let reason = 'its thread ended';
    worker.on('error', (error) => (reason = `its thread failed: ${error.message}`));
    worker.on('exit', () => {
      if (this.worker === worker) this.worker = undefined;
      for (const id of this.waiting.keys())
        this.settle({ id, failure: { message: reason, code: undefined } });
    });
    return worker;
  }

  private settle({ id, failure, body }: SenderAnswer): void {
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    this.waiting.delete(id);
    clearTimeout(waiting.deadline);
    if (!failure) waiting.resolve(body);
    else if (REFUSALS.has(Number(failure.code))) waiting.reject(new CallsRefusedError(String(failure.code)));
    else
      waiting.reject(
        new MoesifError({ errorMessage: failure.message, errorCode: failure.code ?? 'no code' }),
      );
  }
}

/** One array of its own, to be transferred to the thread without another copy: `[event,event,…]`. */
function joined(parts: readonly Buffer[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length + 1, 1));
  whole[0] = OPEN;
  let at = 1;
  for (const part of parts) {
    for (let index = 0; index < part.length; index++)
      whole[at + index] = part[index] === LINE_FEED ? COMMA : (part[index] ?? 0);
    at += part.length;
    whole[at++] = COMMA;
  }
  whole[at - 1] = CLOSE;
  return whole;
}
