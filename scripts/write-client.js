/*
 * `npm run client` writes the types of the TypeScript client from openapi.json; `-- --check` fails when the committed
 * file is not what would be written. Another file can be named: `-- --check FILE`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import openapiTypes, { astToString } from 'openapi-typescript';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const file = positionals[0] ?? here('../clients/typescript/schema.ts');

const document = JSON.parse(readFileSync(here('../openapi.json'), 'utf8'));
const text = `// Written by \`npm run client\` from openapi.json. Changes here are lost.\n\n${astToString(
  // What a request may leave out, the server fills in: a default does not make a field of a request required.
  await openapiTypes(document, { defaultNonNullable: false }),
)}`;
if (!values.check) {
  writeFileSync(file, text);
} else if (read(file) !== text) {
  process.stderr.write(
    'clients/typescript/schema.ts is not what openapi.json says. Run `npm run client`, and commit it.\n',
  );
  process.exitCode = 1;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
