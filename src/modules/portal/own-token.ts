import { FareboxError } from '../../platform/errors/farebox-error.js';
import type { Principal } from '../../platform/identity/principal.js';

/** A token that a customer gave to an end user makes calls, and nothing else. @throws {FareboxError} `forbidden` */
export function assertOwn({ user, customerId }: Principal): void {
  if (user !== customerId)
    throw new FareboxError(
      'forbidden',
      'This token was issued for an end user: it makes calls, and manages nothing.',
    );
}
