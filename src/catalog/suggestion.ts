const KNOWN_KEYS = [
  'currency',
  'defaultPlan',
  'meters',
  'plans',
  'name',
  'displayName',
  'eventName',
  'filter',
  'metric',
  'aggregation',
  'route',
  'verb',
  'status',
  'plan',
  'id',
  'product',
  'description',
  'image',
  'price',
  'model',
  'amount',
  'packageSize',
  'tiers',
  'upTo',
  'meter',
  'billingPeriod',
  'interval',
  'count',
  'automaticTax',
  'registration',
  'withoutCard',
  'calls',
  'window',
  'header',
  'value',
  'free',
  'flatFee',
  'baseFee',
  'trialDays',
  'taxBehavior',
];

/** Keys that users try because they know them from elsewhere, and why they are not possible. */
const REASONS: Readonly<Record<string, string>> = {
  formula:
    'Stripe gets differences under the formula sum, whatever the meter does; Farebox works out the rest: say "aggregation", with maximum for max',
  aggregate_usage: 'Stripe has no such thing any more; say "aggregation" on the meter',
  prices:
    'a plan has one metered price: with a second live one on a meter the same usage would be billed twice; make another plan, or a "baseFee"',
  tiers:
    'Stripe cannot combine packages or a single amount with tiers; the models with tiers are graduated and volume',
  packageSize: 'Stripe cannot combine packages with tiers; the model with packages is package',
  free: 'Stripe cannot combine it with this model: packages have no tiers, and by volume the total decides for all units; say a first step with amount 0',
  '<<': "YAML's merge key is not read; write the keys of the other mapping out, or use its alias alone as a whole value",
  eventTimeWindow: 'a later event of the same window would replace the earlier one at Stripe',
};

/** Why an unknown key is refused, where there is a special reason; empty otherwise. */
export function reasonAgainst(key: string): string {
  return Object.hasOwn(REASONS, key) ? `: ${REASONS[key]}` : '';
}

/** ` (did you mean "x"?)` when a known key is one or two letters away; empty otherwise. */
export function suggestion(key: string): string {
  const near = KNOWN_KEYS.map((known) => ({
    known,
    distance: editDistance(key.toLowerCase(), known.toLowerCase()),
  }))
    .filter(({ distance }) => distance <= 2)
    .sort((a, b) => a.distance - b.distance)[0];
  return near ? ` (did you mean "${near.known}"?)` : '';
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substituted));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
