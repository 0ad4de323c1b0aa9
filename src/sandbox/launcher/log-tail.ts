import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** Follows a log file from its present end, also when it is cut back to nothing on the way. */
export class LogTail {
  private readonly fd: number;
  private readonly decoder = new StringDecoder('utf8');
  private position: number;
  private pending = '';

  constructor(file: string) {
    this.fd = openSync(file, 'r');
    this.position = fstatSync(this.fd).size;
  }

  /** The whole lines that were added since the last call. */
  read(): string[] {
    const { size } = fstatSync(this.fd);
    if (size < this.position) this.position = 0;
    const buffer = Buffer.alloc(Math.min(size - this.position, 256 * 1024));
    const length = buffer.length === 0 ? 0 : readSync(this.fd, buffer, 0, buffer.length, this.position);
    this.position += length;
    const lines = (this.pending + this.decoder.write(buffer.subarray(0, length))).split('\n');
    this.pending = lines.pop() ?? '';
    return lines.filter((line) => line !== '');
  }

  close(): void {
    closeSync(this.fd);
  }
}

const WARNING = 40;
const ERROR = 50;

/** A line of the application's log as the terminal shows it; undefined for one below a warning. */
export function forTerminal(line: string): string | undefined {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return line;
  }
  if (typeof entry !== 'object' || entry === null || !('level' in entry) || !('msg' in entry)) return line;
  const { level, msg, error } = entry as { level: number; msg: string; error?: { message?: string } };
  if (level < WARNING) return undefined;
  const cause = error?.message === undefined ? '' : ` (${error.message})`;
  return `${level >= ERROR ? 'error' : 'warning'}: ${msg}${cause}`;
}
