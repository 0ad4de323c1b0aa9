import { fileURLToPath } from 'node:url';
import { SchematicTestRunner } from '@angular-devkit/schematics/testing/index.js';
import { Tree } from '@angular-devkit/schematics';
import { expect, it } from '@jest/globals';
import { parseCatalog } from '../../src/catalog/index.js';

const COLLECTION = fileURLToPath(new URL('../../schematics/collection.json', import.meta.url));

/** As the command line of Nest makes a new application. */
const NEW = `import { Module } from '@nestjs/common';
import { AppController } from './app.controller';

@Module({
  imports: [],
  controllers: [AppController],
})
export class AppModule {}
`;

async function add(files: Readonly<Record<string, string>>) {
  const runner = new SchematicTestRunner('farebox', COLLECTION);
  const said: string[] = [];
  runner.logger.subscribe(({ message }) => void said.push(message));
  const tree = Tree.empty();
  for (const [path, text] of Object.entries(files)) tree.create(path, text);
  const made = await runner.runSchematic('nest-add', {}, tree);
  return { made, said: said.join('\n') };
}

it('imports FareboxModule into a new application, and writes a catalog that can be used, settings and a test', async () => {
  const { made } = await add({ 'src/app.module.ts': NEW });
  const text = made.readText('src/app.module.ts');
  expect(text).toMatch(/^import \{ FareboxModule \} from 'farebox';\n/);
  expect(text).toMatch(/imports: \[\n {4}FareboxModule\.forRootAsync\(\{[^]*\n {4}\}\),\n {2}\],\n/);
  expect(parseCatalog(made.readText('monetization.yaml'), 'monetization.yaml').plans).toHaveLength(1);
  expect(made.readText('.env')).toMatch(/^STRIPE_KEY=.*\n(.*\n)*TOKEN_SECRET=\S{64}$/m);
  expect(made.readText('test/farebox.e2e-spec.ts')).toContain('FareboxTestingModule.forRoot()');
});

it.each<[string, string, RegExp]>([
  ['other modules', '@Module({ imports: [A, B] })\nclass X {}', /FareboxModule[^]*\}\),\n {4}A, B\]/],
  ['no list of imports', '@Module({})\nclass X {}', /@Module\(\{\n {2}imports: \[\n {4}FareboxModule/],
])('imports it where there are %s', async (_what, module, expected) => {
  const { made } = await add({ 'src/app.module.ts': module });
  expect(made.readText('src/app.module.ts')).toMatch(expected);
});

it('changes nothing when it runs again, and leaves what is there', async () => {
  const first = await add({ 'src/app.module.ts': NEW, '.env': 'STRIPE_KEY=sk_test_mine' });
  expect(first.made.readText('.env')).toMatch(
    /^STRIPE_KEY=sk_test_mine\n# Farebox\nSTRIPE_WEBHOOK_SECRET=\n/,
  );
  const texts = Object.fromEntries(first.made.files.map((path) => [path, first.made.readText(path)]));
  const second = await add(texts);
  for (const [path, text] of Object.entries(texts)) expect(second.made.readText(path)).toBe(text);
});

it('says what to do where it finds no module', async () => {
  const { made, said } = await add({});
  expect(made.exists('src/app.module.ts')).toBe(false);
  expect(said).toContain('import FareboxModule yourself');
});
