/*
 * `npm run compile`: swc turns every file of src/ into one of dist/, and so in each of packages/, as `nest build` does,
 * without checking types, by the rules of .swcrc, which are also those of the tests. A program that runs from dist/ meanwhile
 * meets no file half written. With `--watch` it does so on every change, and prints what it wrote: `npm run dev` restarts the
 * application then.
 * docs/adr/0019-a-plain-build.md says why it is not the command of Nest itself.
 */
import { existsSync, readdirSync, watch } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';
import { writeTree } from './support/write-tree.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name))
  // Not what a file manager leaves beside them.
  .filter((folder) => existsSync(join(folder, 'package.json')));

/** The project and its workspaces: each has its sources and what is made of them. */
const PROJECTS = [root, ...packages].map((folder) => ({
  src: join(folder, 'src'),
  dist: join(folder, 'dist'),
}));

/** An editor writes a file in more than one step, and a checkout many files. */
const QUIET_MS = 100;

async function transpile() {
  const changed = await Promise.all(PROJECTS.map(transpileProject));
  return changed.flat();
}

async function transpileProject({ src, dist }) {
  const sources = readdirSync(src, { recursive: true }).filter((path) => /(?<!\.spec|\.d)\.ts$/.test(path));
  const outputs = await Promise.all(sources.map((path) => transpileFile(path, src, dist)));
  return writeTree(dist, outputs.flat(), /\.js(\.map)?$/);
}

/** @param {string} path within src */
async function transpileFile(path, src, dist) {
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
  for (const { src } of PROJECTS) watch(src, { recursive: true }, transpileSoon);
  transpileSoon();
} else {
  await transpile().catch((error) => {
    console.error(explain(error));
    process.exitCode = 1;
  });
}
