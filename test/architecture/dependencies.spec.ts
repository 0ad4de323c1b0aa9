import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const config = join(root, '.dependency-cruiser.cjs');

interface Rule {
  name: string;
}
interface Cruise {
  summary: { totalCruised: number; violations: { from: string; to: string; rule: Rule }[] };
}

const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: Rule[] };

/** Runs dependency-cruiser on `src` of a folder; violations are in the result, so its exit code says nothing new. */
function cruise(folder: string): Promise<Cruise> {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, '--config', config, '--output-type', 'json', 'src'],
      { cwd: folder, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout) => (stdout ? resolve(JSON.parse(stdout) as Cruise) : reject(error)),
    );
  });
}

const plantings: string[] = [];
afterAll(() => {
  for (const folder of plantings) rmSync(folder, { recursive: true, force: true });
});

/** A small tree with the shape of ours: each file by its path, holding the imports that are given. */
function plant(files: Readonly<Record<string, readonly string[]>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-architecture-'));
  plantings.push(folder);
  cpSync(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [file, imports] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(
      join(folder, file),
      [...imports.map((from) => `import '${from}';`), 'export const it = 1;', ''].join('\n'),
    );
  }
  return folder;
}

const MODULES = [
  'accounts',
  'auth',
  'billing',
  'metering',
  'analytics',
  'registration',
  'portal',
  'admin',
  'monetized-api',
];

/** The good tree, on which violations are planted. */
const GOOD: Readonly<Record<string, readonly string[]>> = {
  'src/main.ts': ['./modules/auth/index.js'],
  'src/cli/tool.ts': ['../modules/billing/index.js'],
  'src/catalogue/index.ts': ['../platform/config/settings.js'],
  'src/catalogue/inner.ts': [],
  'src/platform/config/settings.ts': [],
  'src/platform/http/http.ts': [],
  'src/sandbox/twin.ts': ['../platform/config/settings.js'],
  ...Object.fromEntries(
    MODULES.flatMap((name) => [
      [`src/modules/${name}/index.ts`, []],
      [`src/modules/${name}/inner.ts`, []],
    ]),
  ),
  'src/modules/billing/stripe/client.ts': ['stripe', '../../accounts/index.js'],
  'src/modules/analytics/moesif/client.ts': ['moesif-nodejs'],
  'src/modules/registration/story.ts': [
    '../accounts/index.js',
    '../auth/index.js',
    '../billing/index.js',
    '../analytics/index.js',
  ],
};

/** For every rule, a file that breaks it. */
const PLANTED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'module-accounts': { 'src/modules/accounts/bad.ts': ['../auth/index.js'] },
  'module-auth': { 'src/modules/auth/bad.ts': ['../billing/index.js'] },
  'module-billing': { 'src/modules/billing/bad.ts': ['../metering/index.js'] },
  'module-metering': { 'src/modules/metering/bad.ts': ['../analytics/index.js'] },
  'module-analytics': { 'src/modules/analytics/bad.ts': ['../billing/index.js'] },
  'module-registration': { 'src/modules/registration/bad.ts': ['../metering/index.js'] },
  'module-portal': { 'src/modules/portal/bad.ts': ['../admin/index.js'] },
  'module-admin': { 'src/modules/admin/bad.ts': ['../portal/index.js'] },
  'module-monetized-api': { 'src/modules/monetized-api/bad.ts': ['../billing/index.js'] },
  'front-door': { 'src/bad.ts': ['./modules/auth/inner.js'] },
  'front-door-between-modules': { 'src/modules/auth/bad.ts': ['../accounts/inner.js'] },
  'catalogue-front-door': { 'src/modules/billing/bad.ts': ['../../catalogue/inner.js'] },
  'platform-knows-nobody': { 'src/platform/http/bad.ts': ['../../modules/auth/index.js'] },
  'catalogue-is-pure': { 'src/catalogue/bad.ts': ['../platform/http/http.js'] },
  'sandbox-stands-apart': { 'src/sandbox/bad.ts': ['../modules/billing/index.js'] },
  'nobody-imports-the-sandbox': { 'src/modules/billing/bad.ts': ['../../sandbox/twin.js'] },
  'nobody-imports-the-programs': { 'src/modules/auth/bad.ts': ['../../main.js'] },
  'stripe-in-its-folder': { 'src/modules/billing/bad.ts': ['stripe'] },
  'sandbox-uses-stripe-types-only': { 'src/sandbox/bad.ts': ['stripe'] },
  'moesif-in-its-folder': { 'src/modules/analytics/bad.ts': ['moesifapi'] },
  'passport-in-auth': { 'src/modules/portal/bad.ts': ['passport-jwt'] },
  'no-cycles': { 'src/platform/http/a.ts': ['./b.js'], 'src/platform/http/b.ts': ['./a.js'] },
  resolvable: { 'src/platform/http/bad.ts': ['./nowhere.js'] },
};

it('the source keeps every rule, and was really read', async () => {
  const { summary } = await cruise(root);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  expect(summary.totalCruised).toBeGreaterThan(200);
});

it('every module has a rule', () => {
  const rules = forbidden.map(({ name }) => name);
  const modules = readdirSync(join(root, 'src/modules'));
  expect(modules.length).toBeGreaterThan(6);
  expect(modules.filter((name) => !rules.includes(`module-${name}`))).toEqual([]);
});

describe('a planted violation', () => {
  it('has been thought of for every rule', () => {
    expect(Object.keys(PLANTED).sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });

  it('is what turns a rule red: the good tree has none', async () => {
    expect((await cruise(plant(GOOD))).summary.violations).toEqual([]);
  });

  it('turns its own rule red, each of them', async () => {
    // One tree for all keeps this quick: files are renamed so that none hides another.
    const planted: Record<string, readonly string[]> = { ...GOOD };
    const expected: [rule: string, file: string][] = [];
    Object.entries(PLANTED).forEach(([rule, files], index) => {
      const rename = (text: string): string => text.replace(/\bbad\b/, `bad-${index}`);
      for (const [file, imports] of Object.entries(files)) planted[rename(file)] = imports.map(rename);
      expected.push([rule, rename(Object.keys(files)[0] ?? '')]);
    });
    const { violations } = (await cruise(plant(planted))).summary;
    const found = violations.map(({ rule, from }) => [rule.name, from] as const);
    for (const pair of expected) expect(found).toContainEqual(pair);
  });
});
