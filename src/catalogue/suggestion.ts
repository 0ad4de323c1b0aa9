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
];

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
