import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes a 0600 file so that a reader sees the whole of it or none. */
export function replaceFile(file: string, content: string): void {
  const next = `${file}.next`;
  rmSync(next, { force: true });
  writeFileSync(next, content, { mode: 0o600, flag: 'wx' });
  renameSync(next, file);
}
