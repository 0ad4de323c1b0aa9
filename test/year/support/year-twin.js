/*
 * The built Stripe twin with a clock of its own, which stands still: what `clockOffsetMs` says is the time, and nothing
 * else moves it. YEAR_PLANT=cent makes it charge a cent too much on every line by use, YEAR_PLANT=line leaves the usage
 * off one invoice: the check must find that.
 */
import { register } from 'node:module';

/** What is replaced in the twin while it is loaded: each of these, where it is found. */
const PLANTS = {
  cent: {
    file: '/stripe-twin/dist/billing/rating.js',
    edits: [
      ['amount: rounded(quantity * scaled(unit))', 'amount: rounded(quantity * scaled(unit)) + 1n'],
      [
        'const amount = rounded(quantity * scaled(unit))',
        'const amount = rounded(quantity * scaled(unit)) + 1n',
      ],
    ],
  },
  line: {
    file: '/stripe-twin/dist/billing/invoice-lifecycle.js',
    edits: [
      [
        'const row = twin.timeline.saveInvoice(current(twin, newInvoice({',
        `if (!globalThis.planted && sources.some(({ kind }) => kind === 'usage') && sources.some(({ kind }) => kind === 'fixed')) {
           globalThis.planted = true;
           sources.splice(0, Infinity, ...sources.filter(({ kind }) => kind === 'fixed'));
         }
         const row = twin.timeline.saveInvoice(current(twin, newInvoice({`,
      ],
    ],
  },
};

const loader = (plant) => `
const { file, edits } = ${JSON.stringify(plant)};
export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!url.endsWith(file)) return loaded;
  const source = String(loaded.source);
  const planted = edits.reduce((text, [found, wanted]) => text.replace(found, wanted), source);
  if (planted === source) throw new Error('the twin does not read as it did: plant it elsewhere');
  return { ...loaded, source: planted };
}`;

const plant = PLANTS[process.env['YEAR_PLANT']];
if (plant) register(`data:text/javascript,${encodeURIComponent(loader(plant))}`, import.meta.url);

const { runTwin } = await import('../../../packages/twin-kit/dist/run-twin.js');
const { buildStripeTwin } = await import('../../../packages/stripe-twin/dist/build-stripe-twin.js');
await runTwin('stripe twin', ({ dataDir }) => buildStripeTwin({ dataDir, clock: { now: () => 0 } }));
