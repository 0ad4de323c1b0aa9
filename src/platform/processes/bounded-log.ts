import { closeSync, copyFileSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/**
 * A log file that several processes append to, as children get its descriptor for their output, kept under twice
 * `maxBytes`: when it is full, its content moves to `<file>.1` and it starts anew. The writers keep their open file.
 */
export class BoundedLog {
  /** For the children that write into it themselves. */
  readonly fd: number;

  constructor(
    readonly file: string,
    /** Who writes, in the lines of `write`. */
    private readonly name: string,
    private readonly maxBytes = 4 * 1024 * 1024,
  ) {
    this.fd = openSync(file, 'a', 0o600);
  }

  write(message: string): void {
    writeSync(this.fd, `${new Date().toISOString()} ${this.name}[${process.pid}] ${message}\n`);
  }

  /** Bytes in the file. */
  get size(): number {
    return fstatSync(this.fd).size;
  }

  /** To be called now and then. */
  rotate(): void {
    if (this.size <= this.maxBytes) return;
    copyFileSync(this.file, `${this.file}.1`);
    ftruncateSync(this.fd, 0);
  }

  close(): void {
    closeSync(this.fd);
  }
}
