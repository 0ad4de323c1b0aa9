/*
 * The built Stripe twin with a clock of its own, which stands still: what `clockOffsetMs` says is the time, and nothing
 * else moves it. `--plant cent` makes it charge a cent too much on every line by use: the check must find that.
 */
import { register } from 'node:module';

/** Replaces one line of the twin's rating while it is loaded. */
const PLANT = `
export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!url.endsWith('/sandbox/stripe/billing/rating.js')) return loaded;
  const source = String(loaded.source);
  const planted = source.replace('amount: rounded(quantity * scaled(unit))', 'amount: rounded(quantity * scaled(unit)) + 1n');
  const also = planted.replace('const amount = rounded(quantity * scaled(unit))', 'const amount = rounded(quantity * scaled(unit)) + 1n');
  if (also === source) throw new Error('the twin does not rate as it did: plant the cent elsewhere');
  return { ...loaded, source: also };
}`;

if (process.env['YEAR_PLANT'] === 'cent')
  register(`data:text/javascript,${encodeURIComponent(PLANT)}`, import.meta.url);

const { runTwin } = await import('../../../build/sandbox/kit/run-twin.js');
const { buildStripeTwin } = await import('../../../build/sandbox/stripe/build-stripe-twin.js');
await runTwin('stripe twin', ({ dataDir }) => buildStripeTwin({ dataDir, clock: { now: () => 0 } }));
