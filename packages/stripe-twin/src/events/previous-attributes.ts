type Hash = Record<string, unknown>;

/**
 * Stripe's `previous_attributes`: the former values of what differs. Hashes are compared name by name (a name
 * that is new has the former value null), lists and arrays as a whole. `undefined` when nothing differs.
 */
export function previousAttributes(before: object, after: object): Hash | undefined {
  const was = before as Hash;
  const is = after as Hash;
  const previous: Hash = {};
  for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const [a, b] = [was[name], is[name]];
    if (isHash(a) && isHash(b)) {
      const nested = previousAttributes(a, b);
      if (nested) previous[name] = nested;
    } else if (JSON.stringify(a) !== JSON.stringify(b)) previous[name] = a ?? null;
  }
  return Object.keys(previous).length > 0 ? previous : undefined;
}

function isHash(value: unknown): value is Hash {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('object' in value);
}
