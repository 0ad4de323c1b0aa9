import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from '@jest/globals';
import { projectRoot } from '../../src/platform/project/project.js';
import { newPerson, post, request, startFarebox } from '../support/farebox.js';

const folder = mkdtempSync(join(tmpdir(), 'farebox-programs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `@scope/name` or `name` of the innermost package that a path leads into. */
const packageOf = (path: string): string | undefined =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];

/** The packages whose code the bundler has put into dist/: it says so above every module. */
function bundledPackages(): Set<string | undefined> {
  const dist = join(projectRoot, 'dist');
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  const modules = files.flatMap(
    (file) => readFileSync(join(dist, file), 'utf8').match(/^\/\/ .*node_modules\/.+$/gm) ?? [],
  );
  return new Set(modules.map(packageOf));
}

it('the application has every package once: in its bundle, or from node_modules', async () => {
  const report = join(folder, 'loaded');
  const hook = pathToFileURL(join(projectRoot, 'test/support/report-packages.js')).href;
  const farebox = await startFarebox({ NODE_OPTIONS: `--import ${hook}`, REPORT_PACKAGES: report });
  // What Nest loads late, it loads for these.
  expect((await post(`${farebox.url}/register`, newPerson())).status).toBe(200);
  expect((await request(`${farebox.url}/docs`)).status).toBe(200);
  expect((await request(`${farebox.url}/health/ready`)).status).toBe(200);
  await farebox.stop();

  const loaded = new Set(readFileSync(report, 'utf8').trim().split('\n').map(packageOf));
  const bundled = bundledPackages();
  expect([...loaded]).toContain('pino');
  expect([...bundled]).toEqual(expect.arrayContaining(['@nestjs/core', 'class-transformer', 'stripe']));
  expect([...loaded].filter((name) => bundled.has(name))).toEqual([]);
});
