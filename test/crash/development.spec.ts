import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '../support/processes.js';
import { sandboxPlace, startSandbox } from '../support/sandbox.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
// With spaces, as folders of people have.
const checkout = realpathSync(mkdtempSync(join(tmpdir(), 'farebox check out ')));

beforeAll(() => {
  for (const part of readdirOfProject()) cpSync(join(root, part), join(checkout, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

it('npm run dev restarts the application when its code changes, and survives code that does not start', async () => {
  const place = await sandboxPlace();
  const sandbox = await startSandbox(place, {
    script: join(checkout, 'dist', 'sandbox', 'launch.js'),
    args: ['--watch'],
  });
  const main = join(checkout, 'src', 'main.ts');
  const source = readFileSync(main, 'utf8');

  writeFileSync(main, `throw new Error('does not start');\n${source}`);
  await until(() => sandbox.stdout().includes('Waiting for the next change'), 60_000);
  expect(sandbox.stdout()).toContain('does not start');

  writeFileSync(main, source);
  await until(() => sandbox.stdout().includes('The application is ready again.'), 60_000);
  expect((await fetch(`${place.application}/health/ready`)).status).toBe(200);

  writeFileSync(main, `let = ;\n${source}`);
  await until(() => sandbox.stdout().includes('[compiler] error'), 60_000);

  // What the types say is told, and stops nothing.
  writeFileSync(main, `export const count: number = 'none';\n${source}`);
  await until(() => /\[types\] src.main\.ts.* error TS2322/.test(sandbox.stdout()), 120_000);
  await until(() => sandbox.stdout().split('The application is ready again.').length === 3, 60_000);

  expect(await sandbox.stop()).toEqual({ code: 0, signal: null });
  writeFileSync(main, source);
});

it('npm run compile writes what has changed, and removes what has no source', () => {
  const main = join(checkout, 'src', 'main.ts');
  const program = join(checkout, 'dist', 'main.js');
  const source = readFileSync(main, 'utf8');

  writeFileSync(main, `${source}\nconsole.log('the changed program');\n`);
  compile();
  expect(readFileSync(program, 'utf8')).toContain('the changed program');
  const written = statSync(program).mtimeMs;
  compile();
  expect(statSync(program).mtimeMs).toBe(written);

  writeFileSync(main, source);
  writeFileSync(join(checkout, 'dist', 'gone.js'), '// Of a source that was removed.\n');
  rmSync(join(checkout, 'dist', 'cli.js'));
  compile();
  expect(readFileSync(program, 'utf8')).not.toContain('the changed program');
  expect(existsSync(join(checkout, 'dist', 'gone.js'))).toBe(false);
  expect(existsSync(join(checkout, 'dist', 'cli.js'))).toBe(true);
});

function compile(): void {
  execFileSync(process.execPath, [join(checkout, 'scripts', 'compile.js')]);
}

/** What the build and the programs need of the project. */
function readdirOfProject(): string[] {
  return [
    'dist',
    'src',
    'packages',
    'public',
    'migrations',
    'monetization.yaml',
    'package.json',
    'scripts',
    '.swcrc',
    'tsconfig.json',
    'tsconfig.build.json',
  ];
}
