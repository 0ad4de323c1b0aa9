import type { LoggerService } from '@nestjs/common';
import pino, { type Logger as PinoLogger } from 'pino';

/** Structured facts that go with a message. Never secrets, tokens, bodies or personal data: ids, codes and counts. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | null | undefined | readonly string[]>
>;

/**
 * Text that looks like a credential, wherever a library may have put it into a message. Paths of any caller are
 * searched too: each expression takes linear time, so a run of characters is tried from its beginning alone (the
 * lookbehinds), and a token only where its parts are present.
 */
const CREDENTIALS = new RegExp(
  [
    /\b(?:sk|rk|pk)_(?:test|live)_[\w*]+/,
    /\bwhsec_[\w+/=]+/,
    /(?<![\w-])(?=[\w-]+\.[\w-]+\.)[\w-]*?\beyJ[\w-]+\.[\w-]+\.[\w-]*/,
    /(?<=:\/\/)[^\s/@:]+:[^\s/@]+(?=@)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);
/** Every credential above contains one of these. */
const MAY_BE_CREDENTIAL = /k_|c_|eyJ|@/;
const EMAILS = /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
/** More than a path can have, which HTTP bounds. */
const LONGEST_TEXT = 16_384;

/** Removes credentials and email addresses from a text of external origin, and cuts a text that is too long for a log. */
export function scrub(text: string): string {
  const bounded = text.length > LONGEST_TEXT ? `${wholeWords(text.slice(0, LONGEST_TEXT))} [cut]` : text;
  // Most texts can hold neither, and this test costs a tenth of the search.
  const safe = MAY_BE_CREDENTIAL.test(bounded) ? bounded.replace(CREDENTIALS, '[secret]') : bounded;
  return safe.includes('@') ? safe.replace(EMAILS, '[email]') : safe;
}

/** Half a credential or address would not be recognised. */
function wholeWords(text: string): string {
  return text.slice(0, Math.max(text.lastIndexOf(' '), text.lastIndexOf('\n'), 0));
}

/**
 * The log of the process: one JSON line each, to standard output. Errors are written as name, scrubbed message, code
 * and stack, along the chain of causes; nothing else of them, as vendors attach requests and headers to theirs.
 */
export class Log {
  constructor(private readonly sink: PinoLogger) {}

  static create(level: string, destination?: pino.DestinationStream): Log {
    const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
    return new Log(destination ? pino(options, destination) : pino(options));
  }

  /** The same log with a name on each line. */
  named(context: string): Log {
    return new Log(this.sink.child({ context }));
  }

  debug(message: string, fields: LogFields = {}): void {
    this.sink.debug(fields, scrub(message));
  }

  info(message: string, fields: LogFields = {}): void {
    this.sink.info(fields, scrub(message));
  }

  warn(message: string, fields: LogFields = {}, error?: unknown): void {
    this.sink.warn({ ...fields, ...describeError(error) }, scrub(message));
  }

  error(message: string, fields: LogFields = {}, error?: unknown): void {
    this.sink.error({ ...fields, ...describeError(error) }, scrub(message));
  }
}

function describeError(error: unknown, depth = 0): { error?: object } {
  if (error === undefined || depth > 4) return {};
  if (!(error instanceof Error)) return { error: { message: 'a value that is not an Error was thrown' } };
  const { code } = error as { code?: unknown };
  return {
    error: {
      name: error.name,
      message: messageOf(error),
      ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
      stack: framesOf(error),
      ...(error.cause === undefined ? {} : { cause: describeError(error.cause, depth + 1).error }),
    },
  };
}

/** The ORM quotes the query with its parameters, which are personal data: its cause has the reason. */
function messageOf(error: Error): string {
  return error.message.startsWith('Failed query') ? 'a query failed' : scrub(error.message);
}

/** The frames of the stack, without the message that heads it. */
function framesOf(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return scrub(frames.map((line) => line.trim()).join('\n'));
}

/** Nest's own messages, in the same form. Those about routes and modules are kept for `debug`. */
export class NestLog implements LoggerService {
  constructor(private readonly target: Log) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.target.debug(String(message), contextOf(rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.target.warn(String(message), contextOf(rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.target.error(String(message), contextOf(rest), message instanceof Error ? message : undefined);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.target.debug(String(message), contextOf(rest));
  }
}

function contextOf(rest: readonly unknown[]): LogFields {
  const last = rest.at(-1);
  return typeof last === 'string' ? { nest: last } : {};
}
