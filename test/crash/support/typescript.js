/* Has a program of the tests import their TypeScript, by the rules of .swcrc, and what they take of src/ from dist/. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const [src, dist] = ['src/', 'dist/'].map((folder) => new URL(`../../../${folder}`, import.meta.url).href);

export function resolve(specifier, context, next) {
  if (!specifier.startsWith('.') || !context.parentURL?.endsWith('.ts')) return next(specifier, context);
  const { href } = new URL(specifier, context.parentURL);
  if (href.startsWith(src)) return next(href.replace(src, dist), context);
  const typescript = href.replace(/\.js$/, '.ts');
  return next(existsSync(fileURLToPath(typescript)) ? typescript : href, context);
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { code } = await transformFile(fileURLToPath(url), { root, cwd: root });
  return { format: 'module', source: code, shortCircuit: true };
}
