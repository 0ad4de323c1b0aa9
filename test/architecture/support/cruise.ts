import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));
const config = join(root, '.dependency-cruiser.cjs');

interface Rule {
  name: string;
}
interface Cruise {
  summary: { totalCruised: number; violations: { from: string; to: string; rule: Rule }[] };
}

/** The names of the project's rules. */
export const rules: readonly string[] = (
  createRequire(import.meta.url)(config) as { forbidden: Rule[] }
).forbidden.map(({ name }) => name);

/** Runs dependency-cruiser on `src`, `packages` and `test` of a folder; violations are in the result, so its exit code says nothing new. */
export function cruise(folder: string): Promise<Cruise['summary']> {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, '--config', config, '--output-type', 'json', 'src', 'packages', 'test'],
      { cwd: folder, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout) => (stdout ? resolve((JSON.parse(stdout) as Cruise).summary) : reject(error)),
    );
  });
}

/** Files by their path, each with the lines that import. */
export type Tree = Readonly<Record<string, readonly string[]>>;

const planted: string[] = [];

/** Writes a tree into a folder of its own, with the project's packages and compiler settings. */
export function plant(tree: Tree): string {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-architecture-'));
  planted.push(folder);
  cpSync(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [file, lines] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), [...lines, 'export const it = 1;', ''].join('\n'));
  }
  return folder;
}

/** Removes what was planted. */
export function clear(): void {
  for (const folder of planted.splice(0)) rmSync(folder, { recursive: true, force: true });
}
