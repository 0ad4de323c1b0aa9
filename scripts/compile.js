/*
 * `npm run compile`: swc turns every file of src/ into one of dist/, as `nest build` does, without looking at types, by the
 * rules of .swcrc, which are also those of the tests. A program that runs from dist/ meanwhile meets no file half written.
 * `--watch` goes on doing so on every change, and says each time what it wrote: `npm run dev` restarts the application then.
 * docs/adr/0019-a-plain-build.md says why it is not the command of Nest itself.
 */
import { readdirSync, watch } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';
import { writeTree } from './support/write-tree.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');
const dist = join(root, 'dist');

/** An editor writes a file in more than one step, and a checkout many files. */
const QUIET_MS = 100;

async function transpile() {
  const sources = readdirSync(src, { recursive: true }).filter((path) => /(?<!\.spec|\.d)\.ts$/.test(path));
  const outputs = await Promise.all(sources.map(transpileFile));
  return writeTree(dist, outputs.flat(), /\.js(\.map)?$/);
}

/** @param {string} path within src */
async function transpileFile(path) {
  const source = join(src, path);
  const output = path.replace(/\.ts$/, '.js');
  const { code, map } = await transformFile(source, {
    root,
    cwd: root,
    sourceMaps: true,
    sourceFileName: relative(dirname(join(dist, output)), source),
    inlineSourcesContent: false,
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
      (changed) => changed.length > 0 && console.log(`Wrote ${changed.length} files to dist.`),
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
