import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../platform/project/project.js';

interface OpenApi {
  paths?: Record<string, Record<string, { 'x-metered'?: boolean }>>;
}

/**
 * The routes that can cost something, as `GET /items/:id`: those that `@Monetized()` marks in the committed openapi.json.
 * @returns undefined when the document is not there, as in an image without it.
 */
export function paidRoutes(): string[] | undefined {
  let document: OpenApi;
  try {
    document = JSON.parse(readFileSync(join(projectRoot, 'openapi.json'), 'utf8')) as OpenApi;
  } catch {
    return undefined;
  }
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation['x-metered'] === true)
      .map(([method]) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
}
