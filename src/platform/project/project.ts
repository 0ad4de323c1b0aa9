import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of package.json, with `migrations/`, `public/` and `dist/` in it. Searched upwards, because the distance
 * differs from src/ and from dist/, where a test or a package may run it.
 */
export const projectRoot = rootAbove(dirname(fileURLToPath(import.meta.url)));

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder)
    throw new Error('package.json is missing: Farebox runs beside it, as in the checkout.');
  return rootAbove(above);
}

/** A program as `npm run build` makes it, such as `sandbox/postgres/supervisor.js`. */
export function builtProgram(path: string): string {
  return join(projectRoot, 'dist', path);
}
