import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Makes a folder hold just these files. What runs from it meanwhile never meets a file half written, nor misses one that
 * stays.
 * @param {string} folder
 * @param {Iterable<readonly [path: string, contents: string | Uint8Array]>} files paths within the folder
 * @param {RegExp} ours what may be removed when it is not among the files
 * @returns {string[]} the paths of what was written or removed
 */
export function writeTree(folder, files, ours) {
  const changed = [];
  const kept = new Set();
  for (const [path, contents] of files) {
    kept.add(path);
    const file = join(folder, path);
    if (existsSync(file) && readFileSync(file).equals(Buffer.from(contents))) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, contents);
    renameSync(`${file}.new`, file);
    changed.push(path);
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    if (!entry.isFile() || kept.has(path) || !ours.test(path)) continue;
    rmSync(join(folder, path));
    changed.push(path);
  }
  return changed;
}
