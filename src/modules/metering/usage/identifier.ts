import { createHash } from 'node:crypto';

const LONGEST = 100;

/**
 * Names what is told, for ever: `usage:<meter>:<customer>:<period, Unix seconds>:<number>`. The provider takes an
 * identifier once. One that is too long for it (100 characters) is told by its hash.
 */
export function usageIdentifier(intent: {
  meter: string;
  customerId: string;
  startsAt: Date;
  n: number;
}): string {
  return named('usage', intent);
}

/** Names, in the same way, what is billed late: what is made at the provider for it is made once. */
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
