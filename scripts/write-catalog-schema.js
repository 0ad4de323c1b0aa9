/*
 * `npm run catalog:schema` writes monetization.schema.json, by which editors complete and check monetization.yaml.
 * A spec compares the committed file with what would be written.
 */
import { writeFileSync } from 'node:fs';
import { catalogSchemaText } from '../dist/catalog/catalog-file.js';

writeFileSync(new URL('../monetization.schema.json', import.meta.url), catalogSchemaText());
