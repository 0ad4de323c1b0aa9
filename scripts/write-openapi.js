/*
 * `npm run openapi` writes openapi.json from the routes of the built application; `-- --check` fails when the committed
 * file is not what would be written. Other files can be named: `-- --check FILE …`.
 * Needs no settings, database or network: in preview nothing is instantiated.
 */
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createApiDocument } from '../dist/api-document.js';
import { AppModule } from '../dist/app.module.js';

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const files =
  positionals.length > 0 ? positionals : [fileURLToPath(new URL('../openapi.json', import.meta.url))];

const text = await describeRoutes();
for (const file of files) {
  if (!values.check) {
    writeFileSync(file, text);
  } else if (read(file) !== text) {
    process.stderr.write(
      `${basename(file)} is not what the routes say. Run \`npm run openapi\`, and commit it.\n`,
    );
    process.exitCode = 1;
  }
}

/** The document as text. Routes and schemas in alphabetical order: moving a module's import changes nothing. */
async function describeRoutes() {
  const app = await NestFactory.create(AppModule, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  const document = createApiDocument(app);
  const sorted = {
    ...document,
    paths: byKey(document.paths),
    components: { ...document.components, schemas: byKey(document.components?.schemas ?? {}) },
  };
  return `${JSON.stringify(sorted, null, 2)}\n`;
}

function byKey(entries) {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
