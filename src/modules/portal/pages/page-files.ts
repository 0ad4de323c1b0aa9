import { readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { finished } from 'node:stream/promises';
import send from 'send';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
import { projectRoot } from '../../../platform/project/project.js';
import { pageHeaders } from './page-headers.js';

const PUBLIC_FOLDER = join(projectRoot, 'public');

/** The chart library, from its npm package: nothing is copied into `public/`. */
const CHARTS_FOLDER = join(dirname(createRequire(import.meta.url).resolve('uplot/package.json')), 'dist');
const CHARTS_FILES = ['uPlot.iife.min.js', 'uPlot.min.css'];
const CHARTS_PATH = 'scripts/vendor/';

/** The folder of each file that a page loads, by its path: read once, so that a request cannot name another. */
const ASSETS: ReadonlyMap<string, string> = new Map([
  ...['scripts', 'styles'].flatMap((folder) =>
    readdirSync(join(PUBLIC_FOLDER, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.includes('.'))
      .map((path): [string, string] => [`${folder}/${path.replaceAll(sep, '/')}`, PUBLIC_FOLDER]),
  ),
  ['favicon.svg', PUBLIC_FOLDER],
  ...CHARTS_FILES.map((file): [string, string] => [CHARTS_PATH + file, CHARTS_FOLDER]),
]);

/** The two ends of a request, as Node has them. */
export interface Ends {
  request: IncomingMessage;
  response: ServerResponse;
}

/**
 * Answers with a script, a style or an image of the pages.
 * @param path below the pages, such as `styles/base.css`
 * @throws {FareboxError} `not_found`
 */
export async function sendAsset(ends: Ends, path: string): Promise<void> {
  const root = ASSETS.get(path);
  if (root === undefined) throw noSuchPage();
  await sendFile(ends, root, root === CHARTS_FOLDER ? path.slice(CHARTS_PATH.length) : path);
}

/** Answers with a page. @param headers instead of the same of all pages */
export async function sendPageFile(
  ends: Ends,
  file: `${string}.html`,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  // Its addresses are relative, and would lead elsewhere from there.
  if (/\/(?:\?|$)/.test(ends.request.url ?? '') && file !== 'index.html') throw noSuchPage();
  await sendFile(ends, PUBLIC_FOLDER, file, headers);
}

/** @throws what reading the file throws, as errors with a status */
async function sendFile(
  { request, response }: Ends,
  root: string,
  file: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const [name, value] of Object.entries({ ...pageHeaders(file), ...headers }))
    response.setHeader(name, value);
  await new Promise<void>((resolve, reject) => {
    // Caching is in our headers, by kind of file.
    send(request, file, { root, index: false, cacheControl: false }).on('error', reject).pipe(response);
    // A reader that leaves is no error of ours.
    void finished(response, { readable: false }).then(resolve, () => resolve());
  });
}

export const noSuchPage = (): FareboxError => new FareboxError('not_found', 'No such route. See /docs.');
