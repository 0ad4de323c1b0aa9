import { readFileSync } from 'node:fs';

/** A text file that cannot be used as it is; the message completes a sentence that begins with the file's name. */
export class TextFileError extends Error {
  constructor(
    message: string,
    /** Whether there is no such file. */
    readonly missing: boolean,
  ) {
    super(message);
  }
}

/**
 * The text of a file that people edit: UTF-8, with or without a byte order mark, which is taken off as it would become
 * part of the first key. Line ends become `\n`.
 * @throws {TextFileError} when it is not there, cannot be read, or is in another encoding.
 */
export function readTextFile(path: string): string {
  const bytes = read(path);
  const utf16 = bytes.length >= 2 && (bytes.readUInt16BE() === 0xfeff || bytes.readUInt16BE() === 0xfffe);
  // Without a mark, UTF-16 is recognised by its zero bytes, which no text has.
  if (utf16 || bytes.includes(0)) throw new TextFileError('is UTF-16: save it as UTF-8', false);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll(/\r\n?/g, '\n');
    // In concatenated files, each may have a mark of its own.
    return text.replaceAll(/^\uFEFF/gm, '');
  } catch {
    throw new TextFileError('is not UTF-8: save it as UTF-8', false);
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new TextFileError(`cannot be read (${code})`, code === 'ENOENT');
  }
}
