import { createHash } from 'node:crypto';

const LONGEST = 100;

/**
 * Permanent identifier of reported usage: `usage:<meter>:<customer>:<period, Unix seconds>:<number>`. The provider takes
 * an identifier once. One that is too long for it (100 characters) is replaced by its hash.
 */
export function usageIdentifier(intent: {
  meter: string;
  customerId: string;
  startsAt: Date;
  n: number;
}): string {
  return named('usage', intent);
}

/** The identifier of late usage, in the same way: the objects at the provider are made once. */
export function lateUsageName(bill: {
  meter: string;
  customerId: string;
  startsAt: Date;
  n: number;
}): string {
  return named('late-usage', bill);
}

function named(
  kind: string,
  { meter, customerId, startsAt, n }: { meter: string; customerId: string; startsAt: Date; n: number },
): string {
  const name = `${kind}:${meter}:${customerId}:${startsAt.getTime() / 1_000}:${n}`;
  return name.length <= LONGEST ? name : `${kind}:${createHash('sha256').update(name).digest('hex')}`;
}
