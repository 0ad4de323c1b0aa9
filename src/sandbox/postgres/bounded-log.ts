import { closeSync, copyFileSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/**
 * A log file that several processes append to (the supervisor and the server), kept under twice `maxBytes`: when it is
 * full, its content moves to `<file>.1` and it starts anew. The writers keep their open file.
 */
export class BoundedLog {
  /** For the children that write into it themselves. */
  readonly fd: number;

  constructor(
    private readonly file: string,
    private readonly maxBytes = 4 * 1024 * 1024,
  ) {
    this.fd = openSync(file, 'a', 0o600);
  }

  write(message: string): void {
    writeSync(this.fd, `${new Date().toISOString()} supervisor[${process.pid}] ${message}\n`);
  }

  /** To be called now and then. */
  rotate(): void {
    if (fstatSync(this.fd).size <= this.maxBytes) return;
    copyFileSync(this.file, `${this.file}.1`);
    ftruncateSync(this.fd, 0);
  }

  close(): void {
    closeSync(this.fd);
  }
}
