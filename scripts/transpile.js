/*
 * The first half of `npm run compile`: swc turns every file of src/ into one of build/, without looking at types, by the
 * rules of .swcrc, which are also those of the tests. `--watch` goes on doing so on every change, and says each time what
 * it wrote: that is what `npm run dev` restarts the application for.
 */
import { readdirSync, watch } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';
import { writeTree } from './support/write-tree.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');
const build = join(root, 'build');

/** An editor writes a file in more than one step, and a checkout many files. */
const QUIET_MS = 100;

async function transpile() {
  const sources = readdirSync(src, { recursive: true }).filter((path) => /(?<!\.spec|\.d)\.ts$/.test(path));
  const outputs = await Promise.all(sources.map(transpileFile));
  return writeTree(build, outputs.flat(), /\.js(\.map)?$/);
}

/** @param {string} path within src */
async function transpileFile(path) {
  const source = join(src, path);
  const output = path.replace(/\.ts$/, '.js');
  const { code, map } = await transformFile(source, {
    root,
    cwd: root,
    sourceMaps: true,
    sourceFileName: relative(dirname(join(build, output)), source),
  });
  return [
    [output, `${code}//# sourceMappingURL=${output.split(/[/\\]/).at(-1)}.map\n`],
    [`${output}.map`, map ?? ''],
  ];
}

/** Without the trace through swc itself. */
const explain = (error) => `error: ${error.message.split(/\s+Caused by:/)[0]}`;

let pass = Promise.resolve();
let timer;

function transpileSoon() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    pass = pass.then(transpile).then(
      (changed) => changed.length > 0 && console.log(`Wrote ${changed.length} files to build.`),
      (error) => console.log(explain(error)),
    );
  }, QUIET_MS);
}

if (process.argv.includes('--watch')) {
  watch(src, { recursive: true }, transpileSoon);
  transpileSoon();
} else {
  await transpile().catch((error) => {
    console.error(explain(error));
    process.exitCode = 1;
  });
}
