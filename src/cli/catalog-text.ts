import type { CatalogChange, CatalogComparison } from '../modules/billing/ports/catalog-sync.js';
import { table } from './output.js';

const SIGNS: Record<CatalogChange['action'], string> = {
  create: '+',
  change: '~',
  reactivate: '^',
  archive: '-',
  migrate: '>',
  pending: '.',
  refuse: '!',
  none: ' ',
};

const NOTHING = {
  plan: 'Nothing to do: Stripe matches the file.',
  apply: 'Nothing to do: Stripe matches the file.',
  drift: 'No drift: Stripe matches the file.',
};

/** A comparison for people. In `plan` and `apply` a difference reads "at Stripe → in the file". */
export function describeComparison(
  { changes, notes }: CatalogComparison,
  warnings: readonly string[],
  command: 'plan' | 'apply' | 'drift',
): string {
  const changed = changes.filter(({ action }) => action !== 'none');
  const rows = changed.map(({ action, kind, name, id }) => [SIGNS[action], action, kind, name, id ?? '']);
  const lines = table(rows).split('\n');
  const body = changed.flatMap((change, index) => [lines[index] ?? '', ...detailsOf(change, command)]);
  return [
    ...(changed.length === 0 ? [NOTHING[command]] : [...body, '', ending(changes, command)]),
    ...warnings.map((warning) => `warning: ${warning}`),
    ...notes.map((note) => `note: ${note}`),
  ].join('\n');
}

function detailsOf({ differences, message }: CatalogChange, command: string): string[] {
  const details = differences.map(({ what, from, to }) =>
    command === 'drift' ? `${what}: ${from} at Stripe, ${to} in the file` : `${what}: ${from} → ${to}`,
  );
  return [...details, ...(message === undefined ? [] : [message])].map((detail) => `      ${detail}`);
}

/** Charges or allowances that are given a second time when subscribers are moved in the middle of their periods. */
export function describeStartsAnew({ startsAnew = [] }: CatalogComparison): string[] {
  return startsAnew.map(
    ({ plan, subscribers, reasons }) =>
      `${subscribers} ${subscribers === 1 ? 'subscriber' : 'subscribers'} of ${plan} would restart for the rest of their periods, as the plan ${reasons.join(' and ')}`,
  );
}

function ending(changes: readonly CatalogChange[], command: 'plan' | 'apply' | 'drift'): string {
  const count = (wanted: CatalogChange['action']) => changes.filter(({ action }) => action === wanted).length;
  const refused = changes.some(({ action, kind }) => action === 'refuse' && kind !== 'subscription');
  if (refused) return 'Items marked "!" cannot be applied. Nothing is changed until they are fixed.';
  const summary = (
    ['create', 'change', 'reactivate', 'archive', 'migrate', 'pending', 'refuse', 'none'] as const
  )
    .filter((action) => count(action) > 0)
    .map((action) => `${count(action)} ${WORDS[action][command === 'apply' ? 1 : 0]}`)
    .join(', ');
  if (command === 'apply') return `Done: ${summary}.`;
  return `${summary}. To update Stripe: npm run farebox -- catalog apply`;
}

/** Before it is done, and after. */
const WORDS: Record<CatalogChange['action'], readonly [string, string]> = {
  create: ['to create', 'created'],
  change: ['to change', 'changed'],
  reactivate: ['to reactivate', 'reactivated'],
  archive: ['to archive', 'archived'],
  migrate: ['to migrate', 'migrated'],
  pending: ['pending', 'pending'],
  refuse: ['refused', 'refused'],
  none: ['unchanged', 'unchanged'],
};
