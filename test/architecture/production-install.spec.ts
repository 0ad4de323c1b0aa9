import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

interface Manifest {
  name: string;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}
const manifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;

const product = manifest('.');
/** What the reference application needs beside the package. */
const application = manifest('application');
const workspaces = readdirSync(join(root, 'packages')).map((name) => manifest(`packages/${name}`));
/** The emulators, and what is there for them alone. (qs also comes with Moesif's middleware.) */
const emulatorsOnly = workspaces
  .flatMap(({ name, dependencies }) => [name, ...Object.keys(dependencies)])
  .filter((name) => !(name in product.dependencies) && !(name in application.dependencies) && name !== 'qs');

/** The names of what `npm ci --omit=dev` adds in a folder with these files of the project. */
function installed(files: readonly string[]): Set<string> {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-production-'));
  folders.push(folder);
  for (const file of ['package.json', 'package-lock.json', '.npmrc', ...files]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  const said = execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts', '--dry-run', '--offline'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Set([...said.matchAll(/^add (\S+) /gm)].map(([, name = '']) => name));
}

describe('npm ci --omit=dev', () => {
  it('without packages/ installs the product and nothing of the emulators', () => {
    expect(emulatorsOnly).toEqual(expect.arrayContaining(['@farebox/stripe-twin', 'smtp-server']));
    const names = installed(['application/package.json']);
    for (const name of Object.keys({ ...product.dependencies, ...application.dependencies }))
      expect(names).toContain(name);
    expect(emulatorsOnly.filter((name) => names.has(name))).toEqual([]);
  });

  it('with packages/ installs the emulators too, as the image of the sandbox needs', () => {
    const names = installed(
      ['application', ...workspaces.map(({ name }) => name.replace('@farebox', 'packages'))].map(
        (folder) => `${folder}/package.json`,
      ),
    );
    expect(emulatorsOnly.filter((name) => !names.has(name))).toEqual([]);
  });
});

it('what other applications install has Nest from them, and no HTTP adapter of its own', () => {
  expect(Object.keys(product.dependencies)).not.toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^(@nestjs\/(common|core|swagger|platform-\w+)|fastify|express|@fastify\/.*)$/),
    ]),
  );
  expect(product.peerDependencies).toMatchObject({
    '@nestjs/common': '^11.0.0 || ^12.0.0',
    '@nestjs/core': '^11.0.0 || ^12.0.0',
  });
});

describe('Dockerfile', () => {
  const stages = readFileSync(join(root, 'Dockerfile'), 'utf8')
    .split(/^(?=FROM )/m)
    .slice(1)
    .map((text) => {
      const [, base = '', name = ''] = /^FROM (\S+)(?: AS (\S+))?/.exec(text) ?? [];
      return { base, name, text };
    });
  /** A stage and those that it stands on or copies from, but for the stage `build`, whose every path is named. */
  const contentOf = (name: string): string => {
    const stage = stages.find((candidate) => candidate.name === name);
    if (!stage) return '';
    const sources = [...stage.text.matchAll(/--from=(\S+)/g)].map(([, from = '']) => from);
    return [stage.base, ...sources.filter((from) => from !== 'build')].map(contentOf).join('') + stage.text;
  };

  it('makes an image without emulators where no target is named', () => {
    expect(stages.at(-1)).toMatchObject({ base: 'application', name: '' });
    expect(contentOf('application')).toContain('npm ci --omit=dev');
    expect(contentOf('application')).not.toMatch(/COPY .*(?:packages|sandbox|build \/farebox\/node_modules)/);
  });

  it('makes that of the sandbox with them', () => {
    expect(contentOf('sandbox')).toMatch(/COPY --from=build \/farebox\/packages packages/);
    expect(contentOf('sandbox')).toMatch(/COPY --from=build \/farebox\/sandbox dist\/sandbox/);
    expect(stages.find(({ name }) => name === 'build')?.text).toContain('mv dist/sandbox sandbox');
  });
});
