/* eslint-disable no-underscore-dangle -- what Node calls the parts of its messages */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** An answer that is sent instead of the handler's. Names of headers in lower case. */
export interface OtherAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer;
}

export type Chunk = string | Uint8Array;
type Callback = (error?: Error | null) => void;
type Encoding = BufferEncoding | null | undefined;

interface Waiting {
  what: 'write' | 'end' | 'flush';
  chunk?: Chunk | undefined;
  encoding?: Encoding;
  callback?: Callback | undefined;
}

/**
 * `open`: nothing of the answer was written yet. `held`: its head is final, its bytes wait. `passing`: they go on as
 * they come. `replaced`: another answer was sent, and the rest of this one is dropped.
 */
type Phase = 'open' | 'held' | 'passing' | 'replaced';

const HOLDER = Symbol('farebox.held-answer');

/** Internal fields of Node's messages: `_header` is the composed head, of which nothing is sent before the first byte. */
interface Internals {
  _header: string | null;
  _contentLength: number | null;
  _hasBody: boolean;
  chunkedEncoding: boolean;
  finished: boolean;
}

type Held = ServerResponse & Internals & { [HOLDER]: HeldAnswer };

/**
 * Holds an answer back before its first byte, however it is written: every way ends in `write`, `end` or `flushHeaders`
 * of Node's `ServerResponse`. Informational answers (1xx) are not held. An answer is held once; the subclass then calls
 * `release` or `replace`, at once or later.
 */
export abstract class HeldAnswer {
  private phase: Phase = 'open';
  private readonly held: Held;
  private readonly nextWriteHead: (status: number, reason?: unknown, headers?: unknown) => ServerResponse;
  private readonly nextWrite: (chunk: Chunk, encoding?: Encoding, callback?: Callback) => boolean;
  private readonly nextEnd: (chunk?: Chunk, encoding?: Encoding, callback?: Callback) => ServerResponse;
  private readonly nextFlushHeaders: () => void;
  /** The headers passed to `writeHead`: Node keeps them in no object when none were set before. */
  private given: OutgoingHttpHeaders | readonly unknown[] | undefined;
  private waiting: Waiting[] = [];

  constructor(
    response: ServerResponse,
    private readonly requestId: string,
  ) {
    // Earlier wrappers of these methods (such as compression) are called behind the hold.
    const held = response as Held;
    this.held = held;
    this.nextWriteHead = held.writeHead as typeof this.nextWriteHead;
    this.nextWrite = held.write as typeof this.nextWrite;
    this.nextEnd = held.end as typeof this.nextEnd;
    this.nextFlushHeaders = held.flushHeaders;
    held[HOLDER] = this;
    // Functions shared by all answers: a closure for each would cost every call.
    held.writeHead = writeHead as typeof held.writeHead;
    held.write = write as typeof held.write;
    held.end = end as typeof held.end;
    held.flushHeaders = flushHeaders;
    Object.defineProperty(held, 'writableEnded', ENDED);
    held.on('close', closed);
    // The caller disconnected while guards worked.
    if (held.closed) process.nextTick(closed.bind(held));
  }

  /** The head is final and nothing was sent. `body` is the whole body, or `undefined` when it comes in parts. */
  protected abstract begins(body: Chunk | undefined): void;

  /** The answer or its connection has ended. `answered`: something was written before that. */
  protected abstract closes(answered: boolean): void;

  get status(): number {
    return this.held.statusCode;
  }

  /** The headers as they are sent, by their names in lower case, but for those that Node adds. */
  get headers(): OutgoingHttpHeaders {
    const set = this.held.getHeaders();
    return this.given === undefined ? set : { ...lowerCased(this.given), ...set };
  }

  /** Whether its bytes wait at the moment. */
  get isHeld(): boolean {
    return this.phase === 'held';
  }

  /** Sends the answer with its present head, and no body. */
  answer(): void {
    this.held.end();
  }

  /** Sends the held bytes, and lets all that follow pass. */
  release(): void {
    if (this.phase !== 'held') return;
    this.phase = 'passing';
    const { held, waiting } = this;
    this.waiting = [];
    if (waiting.length === 0) return;
    try {
      for (const each of waiting) this.passOn(each);
    } catch (error) {
      held.destroy(error as Error);
      return;
    }
    if (waiting.some(({ what }) => what === 'write') && !held.writableEnded && !held.writableNeedDrain)
      process.nextTick(drained, held);
  }

  /** Sends another answer instead. Not once a byte was sent. */
  replace({ status, headers, body }: OtherAnswer): void {
    const { held, waiting } = this;
    this.phase = 'replaced';
    this.waiting = [];
    beginAgain(held);
    const length = held._hasBody ? { 'content-length': String(Buffer.byteLength(body)) } : {};
    this.nextWriteHead.call(held, status, { ...headers, ...length, 'x-request-id': this.requestId });
    this.nextEnd.call(held, body);
    for (const { callback } of waiting) if (callback) process.nextTick(callback);
  }

  /** Adds a header to the head, which may be composed already. Not once a byte was sent. */
  addHeader(name: string, value: string): void {
    const { held } = this;
    const composed = held._header !== null;
    if (composed) held._header = null;
    if (this.given === undefined || held.getHeaderNames().length > 0) held.setHeader(name, value);
    else this.given = withHeader(this.given, name, value);
    if (composed) this.nextWriteHead.call(held, held.statusCode, this.given);
  }

  /** @internal An end that is still held counts. */
  get hasEnded(): boolean {
    return this.held.finished || this.waiting.some(({ what }) => what === 'end');
  }

  /** @internal */
  onWriteHead(status: number, reason?: unknown, headers?: unknown): ServerResponse {
    const { held } = this;
    if (this.phase === 'replaced') return held;
    if (this.phase !== 'open' || held._header !== null)
      return this.nextWriteHead.call(held, status, reason, headers);
    this.given = (typeof reason === 'string' ? headers : (headers ?? reason)) as typeof this.given;
    if (!this.namesRequest()) this.addHeader('x-request-id', this.requestId);
    if (typeof reason === 'string') return this.nextWriteHead.call(held, status, reason, this.given);
    return this.nextWriteHead.call(held, status, this.given);
  }

  /** @internal */
  onWrite(chunk: Chunk, encoding?: Encoding | Callback, callback?: Callback): boolean {
    if (typeof encoding === 'function') return this.onWrite(chunk, undefined, encoding);
    // Node refuses anything but a chunk, before anything is sent.
    if (this.phase === 'open' && isChunk(chunk)) this.start(undefined);
    if (this.phase === 'held') {
      this.waiting.push({ what: 'write', chunk, encoding, callback });
      return false;
    }
    if (this.phase === 'replaced') {
      if (callback) process.nextTick(callback);
      return true;
    }
    return this.nextWrite.call(this.held, chunk, encoding, callback);
  }

  /** @internal */
  onEnd(
    chunk?: Chunk | Callback | null,
    encoding?: Encoding | Callback,
    callback?: Callback,
  ): ServerResponse {
    if (typeof chunk === 'function') return this.onEnd(undefined, undefined, chunk);
    if (typeof encoding === 'function') return this.onEnd(chunk, undefined, encoding);
    const last = chunk ?? undefined;
    if (this.phase === 'open' && (!last || isChunk(last))) this.start(last ?? '', encoding);
    if (this.phase === 'held') {
      this.waiting.push({ what: 'end', chunk: last, encoding, callback });
      return this.held;
    }
    if (this.phase === 'replaced') {
      if (callback) process.nextTick(callback);
      return this.held;
    }
    return this.nextEnd.call(this.held, last, encoding, callback);
  }

  /** @internal */
  onFlushHeaders(): void {
    if (this.phase === 'open') this.start(undefined);
    if (this.phase === 'held') this.waiting.push({ what: 'flush' });
    else if (this.phase === 'passing') this.nextFlushHeaders.call(this.held);
  }

  /** @internal */
  onClose(): void {
    this.closes(this.phase !== 'open');
  }

  private start(body: Chunk | undefined, encoding?: Encoding): void {
    const { held } = this;
    if (held._header === null) {
      if (body !== undefined) held._contentLength = Buffer.byteLength(body, encoding ?? undefined);
      // On the answer itself: others may have wrapped it. An invalid head throws here, as it would without a hold.
      held.writeHead(held.statusCode);
    }
    this.phase = 'held';
    this.begins(body);
  }

  private passOn({ what, chunk, encoding, callback }: Waiting): void {
    if (what === 'end') this.nextEnd.call(this.held, chunk, encoding, callback);
    else if (what === 'write') this.nextWrite.call(this.held, chunk as Chunk, encoding, callback);
    else this.nextFlushHeaders.call(this.held);
  }

  private namesRequest(): boolean {
    const { given } = this;
    return (
      (given as OutgoingHttpHeaders | undefined)?.['x-request-id'] !== undefined ||
      this.held.hasHeader('x-request-id')
    );
  }
}

function writeHead(this: Held, status: number, reason?: unknown, headers?: unknown): ServerResponse {
  return this[HOLDER].onWriteHead(status, reason, headers);
}
function write(this: Held, chunk: Chunk, encoding?: Encoding | Callback, callback?: Callback): boolean {
  return this[HOLDER].onWrite(chunk, encoding, callback);
}
function end(this: Held, chunk?: Chunk | null, encoding?: Encoding, callback?: Callback): ServerResponse {
  return this[HOLDER].onEnd(chunk, encoding, callback);
}
function flushHeaders(this: Held): void {
  this[HOLDER].onFlushHeaders();
}
/** Not by `finished`: a closing server closes the connections of finished answers, and a held one would be lost. */
const ENDED: PropertyDescriptor = {
  configurable: true,
  get(this: Held): boolean {
    return this[HOLDER].hasEnded;
  },
};
function closed(this: Held): void {
  this[HOLDER].onClose();
}

/** Lets a writer that was made to wait go on. */
function drained(response: ServerResponse): void {
  if (!response.destroyed) response.emit('drain');
}

/** Resets the head. `date` and `connection` stay: removing them has another meaning for Node. */
function beginAgain(held: Held): void {
  held._header = null;
  held._contentLength = null;
  held._hasBody = held.req.method !== 'HEAD';
  held.chunkedEncoding = false;
  held.statusMessage = '';
  for (const name of held.getHeaderNames())
    if (name !== 'date' && name !== 'connection') held.removeHeader(name);
}

function isChunk(chunk: unknown): chunk is Chunk {
  return typeof chunk === 'string' || chunk instanceof Uint8Array;
}

/** `writeHead` takes an object, a list of names and values in turn, or a list of pairs. */
function withHeader(
  given: OutgoingHttpHeaders | readonly unknown[],
  name: string,
  value: string,
): OutgoingHttpHeaders | readonly unknown[] {
  if (!Array.isArray(given)) return { ...given, [name]: value };
  return Array.isArray(given[0]) ? [...(given as unknown[]), [name, value]] : [...given, name, value];
}

function lowerCased(given: OutgoingHttpHeaders | readonly unknown[]): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of pairsOf(given)) headers[name.toLowerCase()] = value;
  return headers;
}

function pairsOf(given: OutgoingHttpHeaders | readonly unknown[]): [string, string][] {
  if (!Array.isArray(given)) return Object.entries(given) as [string, string][];
  const flat = given.flat() as string[];
  return flat.flatMap((name, place) => (place % 2 === 0 ? [[name, flat[place + 1] ?? '']] : []));
}
