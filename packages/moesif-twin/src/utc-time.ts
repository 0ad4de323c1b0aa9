const pattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]00:?00)?$/;

/** True for an ISO 8601 time in UTC. Without a zone it is taken as UTC, as Moesif's documentation does. */
export function isUtcTime(value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value) && !Number.isNaN(Date.parse(value));
}
