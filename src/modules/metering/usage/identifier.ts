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
  const name = `usage:${intent.meter}:${intent.customerId}:${intent.startsAt.getTime() / 1_000}:${intent.n}`;
  return name.length <= LONGEST ? name : `usage:${createHash('sha256').update(name).digest('hex')}`;
}
