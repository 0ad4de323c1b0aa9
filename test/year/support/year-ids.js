/*
 * Imported before the application: ids carry the time of its clock, `globalThis.yearNow()`, as in life. A call is looked
 * for by the day in its id.
 */
import { register } from 'node:module';

const LOADER = `
export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!url.endsWith('/platform/ids/ids.js')) return loaded;
  const source = String(loaded.source);
  const timed = source.replace('rng: random', 'rng: random, msecs: globalThis.yearNow()');
  if (timed === source) throw new Error('ids are not made as they were: give them their time elsewhere');
  return { ...loaded, source: timed };
}`;

globalThis.yearNow = () => Number(process.env['YEAR_NOW_MS']);
register(`data:text/javascript,${encodeURIComponent(LOADER)}`, import.meta.url);
