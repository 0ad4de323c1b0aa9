import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Farebox, newPerson, post, startFarebox } from '../support/farebox.js';
import { runProcess } from '../support/processes.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const committed = join(root, 'clients/typescript/schema.ts');
const writer = join(root, 'scripts/write-client.js');

let farebox: Farebox;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'farebox-client-'));
  farebox = await startFarebox();
  await promisify(execFile)(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    join(root, 'clients/typescript'),
    '--outDir',
    join(folder, 'client'),
  ]);
  // As in a project that has installed it.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(async () => {
  await farebox?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const example = (...args: string[]) => runProcess({ script: join(folder, 'client/example.js'), args });

it('the committed types are what openapi.json says', async () => {
  expect(await runProcess({ script: writer, args: ['--check'] })).toMatchObject({ code: 0 });
  const edited = join(folder, 'edited.ts');
  const text = readFileSync(committed, 'utf8');
  writeFileSync(edited, text.replace('"/register"', '"/registered"'));
  const { code, stderr } = await runProcess({ script: writer, args: ['--check', edited] });
  expect([code, stderr()]).toEqual([1, expect.stringContaining('Run `npm run client`')]);
});

it('the example registers, calls and lists the call', async () => {
  const { code, output } = await example(farebox.url);
  expect(output()).toMatch(
    /^registered \S+ as cus_\S+\ncalled: this is a response\n\d{4}-\S+Z GET \/test-service 200\n$/,
  );
  expect(code).toBe(0);
});

it('and says the code of a refusal', async () => {
  const person = newPerson();
  await post(`${farebox.url}/register`, person);
  const { code, stderr } = await example(farebox.url, person.email);
  expect(code).toBe(1);
  expect(stderr()).toContain('email_taken: ');
});
