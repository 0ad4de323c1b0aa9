import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';
import { root } from './support/cruise.js';

/**
 * Every route of a module is a controller's, made with `OwnController`: so prefix, versions and the HTTP adapter are Nest's,
 * and an application can leave the route out. `HomePageModule` is the reference application's.
 */
const modules = join(root, 'src/modules');
const OF_THE_REFERENCE_APPLICATION = ['portal/pages/home-page.module.ts'];

const ADAPTERS = /^(?:fastify|express|@fastify\/.+|@nestjs\/platform-.+)$/;
const WAYS_TO_ADAPTER = new Set(['HttpAdapterHost', 'AbstractHttpAdapter', 'getHttpAdapter', 'httpAdapter']);

/** What in a file goes past Nest's controllers, or past ours. */
function wrong(text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && ADAPTERS.test(node.text)) found.push(node.text);
    if (ts.isIdentifier(node) && WAYS_TO_ADAPTER.has(node.text)) found.push(node.text);
    if (ts.isDecorator(node) && node.expression.getText().startsWith('Controller('))
      found.push('@Controller');
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true));
  return found;
}

it('no module has routes that are not those of controllers of ours', () => {
  const files = readdirSync(modules, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );
  const controllers = files.filter((file) =>
    readFileSync(join(modules, file), 'utf8').includes('@OwnController('),
  );
  expect(controllers.length).toBeGreaterThan(15);
  const violations = files
    .filter((file) => !OF_THE_REFERENCE_APPLICATION.includes(file) && !file.startsWith('monetized-api/'))
    .flatMap((file) => wrong(readFileSync(join(modules, file), 'utf8')).map((what) => `${file}: ${what}`));
  expect(violations).toEqual([]);
});

it.each([
  [`constructor(private readonly host: HttpAdapterHost) { host.httpAdapter.get('/x', f); }`],
  [`import type { FastifyInstance } from 'fastify';`],
  [`export const late = import('@fastify/static');`],
  [`import { ExpressAdapter } from '@nestjs/platform-express';`],
  [`const start = (app: INestApplication) => app.getHttpAdapter().post('/webhooks', receive);`],
  [`@Controller('account')\nexport class AccountController {}`],
])('finds %s', (text) => {
  expect(wrong(text).length).toBeGreaterThan(0);
});

it('takes what controllers of ours have', () => {
  expect(wrong(`@OwnController('account', 'account')\nexport class AccountController {}`)).toEqual([]);
});
