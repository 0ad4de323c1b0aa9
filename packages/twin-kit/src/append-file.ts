import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/**
 * A file that only grows. What `append` was given is with the operating system when it returns, so a `kill -9` of
 * the process does not lose it (a power cut may: nothing is synced to the disk).
 */
export class AppendFile {
  private readonly fd: number;
  private size: number;

  /** Opens the file at its end, and creates it when it is not there. */
  constructor(path: string) {
    this.fd = openSync(path, 'a');
    this.size = fstatSync(this.fd).size;
  }

  /** Bytes in the file. */
  get bytes(): number {
    return this.size;
  }

  /**
   * Writes all of it or nothing: when the disk is full in the middle, the file is cut back to where it was and the
   * system's error is thrown. Half a line in the middle of a journal would make the whole journal unreadable.
   */
  append(text: string): void {
    const data = Buffer.from(text);
    let written = 0;
    try {
      while (written < data.length) written += writeSync(this.fd, data, written);
    } catch (error) {
      ftruncateSync(this.fd, this.size);
      throw error;
    }
    this.size += data.length;
  }

  /** Waits until the disk has it. */
  sync(): void {
    fsyncSync(this.fd);
  }

  close(): void {
    closeSync(this.fd);
  }
}
