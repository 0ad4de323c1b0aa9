/*
 * `node --import` of this, and a program appends to the file that REPORT_PACKAGES names, a line each, what it loads from
 * node_modules.
 */
import { appendFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';

const file = JSON.stringify(process.env.REPORT_PACKAGES);
const hooks = `
  import { appendFileSync } from 'node:fs';
  export async function load(url, context, next) {
    if (url.includes('/node_modules/')) appendFileSync(${file}, url + '\\n');
    return next(url, context);
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

// What CommonJS requires passes by those hooks.
process.on('exit', () => {
  const required = Object.keys(createRequire(import.meta.url).cache).filter((path) =>
    path.includes('/node_modules/'),
  );
  appendFileSync(process.env.REPORT_PACKAGES, required.map((path) => `${path}\n`).join(''));
});
