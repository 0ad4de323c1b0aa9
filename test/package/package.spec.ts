import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TOKEN_SECRET, post, request } from '../support/farebox.js';
import { freePort } from '../support/free-port.js';
import { createTestDatabase } from '../support/postgres.js';
import { type RunningProcess, startProcess, until } from '../support/processes.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** The hosts: the version of Nest, the HTTP adapter, and the form of its modules. */
const HOSTS = [
  { nest: 11, adapter: 'express', modules: 'commonjs' },
  { nest: 12, adapter: 'express', modules: 'module' },
  { nest: 12, adapter: 'fastify', modules: 'module' },
] as const;
type Host = (typeof HOSTS)[number];

let place: string;
let tarball: string;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'farebox-package-'));
  await run('npm', ['pack', '--pack-destination', place], { cwd: root });
  tarball = join(place, readdirSync(place).find((file) => file.endsWith('.tgz')) ?? '');
});

afterAll(() => rmSync(place, { recursive: true, force: true, maxRetries: 10 }));

/** A folder with a host: its sources compiled, what it needs installed, and the types of the package checked. */
async function makeHost({ nest, adapter, modules }: Host): Promise<string> {
  const folder = join(place, `nest-${nest}-${adapter}`);
  mkdirSync(join(folder, 'src'), { recursive: true });
  for (const file of ['app.module.ts', 'begin.ts', `main.${adapter}.ts`])
    cpSync(join(root, 'test/package/host', file), join(folder, 'src', file));
  const manifest = { name: 'host', private: true, type: modules, scripts: {} };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const nests = ['common', 'core', `platform-${adapter}`, 'swagger'].map((name) => `@nestjs/${name}@${nest}`);
  // Swagger UI on Fastify needs it.
  const more = adapter === 'fastify' ? ['@fastify/static'] : [];
  const others = [
    '@nestjs/config',
    '@nestjs/typeorm',
    'typeorm@0.3',
    'pg',
    'reflect-metadata',
    'rxjs',
    ...more,
  ];
  await run(
    'npm',
    [
      'install',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--prefer-offline',
      ...nests,
      ...others,
      tarball,
    ],
    { cwd: folder },
  );
  const options = {
    target: 'ES2022',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    rootDir: 'src',
    outDir: 'dist',
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, include: ['src'] }),
  );
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { cwd: folder });
  return folder;
}

describe.each(HOSTS)('npm pack, in an application of Nest $nest on $adapter', (host) => {
  let folder: string;
  let env: Record<string, string>;
  let app: RunningProcess;
  let url: string;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    folder = await makeHost(host);
    const [database, port] = await Promise.all([createTestDatabase(), freePort()]);
    const twin = await startProcess({
      script: join(root, 'packages/stripe-twin/dist/main.js'),
      args: ['--data', join(folder, 'stripe'), '--port', String(await freePort())],
      ready: 'message',
    });
    const [{ listening: stripeUrl }] = twin.messages as [{ listening: string }];
    closing.push(() => twin.stop(), database.drop);
    env = {
      STRIPE_KEY: 'sk_test_of_the_tests',
      STRIPE_API_BASE: stripeUrl,
      TOKEN_SECRET,
      DATABASE_URL: database.url,
      CATALOG: join(root, 'monetization.yaml'),
      FAREBOX_HOME: join(folder, '.farebox'),
      PORT: String(port),
    };
    url = `http://127.0.0.1:${port}`;
    // As a host does before its first start, by the package's own command.
    await run(join(folder, 'node_modules/.bin/farebox'), ['catalog', 'apply'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...env },
    });
    app = await startProcess({
      script: join(folder, `dist/main.${host.adapter}.js`),
      cwd: folder,
      env,
      ready: { http: `${url}/api/billing/health/ready` },
    });
  });

  afterAll(async () => {
    await app?.stop();
    for (const close of closing) await close();
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    request(`${url}/api${path}`, { headers });

  it('has one Nest alone', () => {
    const nested = join(folder, 'node_modules/farebox/node_modules/@nestjs');
    const its = existsSync(nested) ? readdirSync(nested) : [];
    expect(its.filter((name) => ['common', 'core', 'swagger'].includes(name))).toEqual([]);
  });

  it('registers under its prefix and version, prices its own route, and counts it', async () => {
    const person = { email: 'ada@example.com', firstname: 'Ada', lastname: 'Lovelace' };
    const registered = await post(`${url}/api/billing/register`, person);
    expect(registered.status).toBe(200);
    const { jwt, customerId } = registered.json as { jwt: string; customerId: string };
    expect((await post(`${url}/api/v1/users`, { name: 'ada', customer: customerId })).status).toBe(201);
    const paid = await get('/v1/weather', { 'x-user': 'ada' });
    expect([paid.status, paid.text]).toEqual([200, 'sunny for ada!']);
    const { json } = await get('/billing/account/calls', { authorization: `Bearer ${jwt}` });
    expect(json['calls']).toMatchObject([{ route: '/api/v1/weather', units: 3, status: 200, user: 'ada' }]);
    await until(async () => (await get('/v1/heard')).text.includes(customerId));
  });

  it('keeps its own page, guard, filter and interceptor, and has no route that it left out', async () => {
    expect((await get('/v1')).text).toBe('the home of the host!');
    expect((await get('/v1/weather/free', { 'x-user': 'ada' })).text).toBe('free!');
    expect((await get('/v1/weather')).json).toEqual({ hosts: 'who are you?' });
    expect((await get('/v1/weather', { 'x-user': 'nobody' })).json).toMatchObject({ code: 'token_missing' });
    for (const path of ['/billing/dashboard', '/dashboard', '/plans'])
      expect((await get(path)).status).toBe(404);
  });

  it('has our routes in its own Swagger document', async () => {
    const { json } = await request(`${url}/docs-json`);
    expect(Object.keys(json['paths'] as object)).toEqual(
      expect.arrayContaining(['/api/billing/register', '/api/v1/weather']),
    );
  });

  it('ends in order on SIGTERM', async () => {
    expect(await app.stop()).toEqual({ code: null, signal: 'SIGTERM' });
    expect(app.stderr()).toBe('');
  });
});

it('the package holds what it needs, and neither sandbox nor tests', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { private?: boolean };
  expect(manifest.private).toBeUndefined();
});
