/*
 * `npm run openapi` writes openapi.json from the routes of the built application; `-- --check` fails when the committed
 * file is not what would be written. Needs no settings, database or network: in preview nothing is instantiated.
 */
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createApiDocument } from '../dist/api-document.js';
import { AppModule } from '../dist/app.module.js';

const file = new URL('../openapi.json', import.meta.url);

const app = await NestFactory.create(AppModule, new FastifyAdapter(), {
  preview: true,
  logger: false,
  abortOnError: false,
});
const text = `${JSON.stringify(createApiDocument(app), null, 2)}\n`;
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write(
      'openapi.json is not up to date with the routes. Run: npm run build && npm run openapi\n',
    );
    process.exit(1);
  }
} else {
  writeFileSync(file, text);
}
process.exit(0);
