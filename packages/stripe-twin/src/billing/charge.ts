import { ApiError } from '../wire/api-error.js';
import { AUTHENTICATION_REQUIRED, cardOfName, type Decline, type TestCard } from './test-cards.js';

/** What became of the attempt to take money. `action`: the cardholder has to confirm it first. */
export type ChargeOutcome =
  { kind: 'succeeded' } | { kind: 'declined'; decline: Decline } | { kind: 'action' };

/**
 * Where it is decided whether a card pays, for invoices and for checkout alike.
 * @param testCard the name of the card, as a payment method keeps it: `pm_card_visa`.
 * @param presence.onSession whether the cardholder is there and can confirm; an invoice is charged without.
 * @param presence.confirmed whether the cardholder has confirmed this payment already.
 */
export function chargeCard(
  testCard: string,
  { onSession, confirmed = false }: { onSession: boolean; confirmed?: boolean },
): ChargeOutcome {
  const card = knownCard(testCard);
  if (card.onCharge) return { kind: 'declined', decline: card.onCharge };
  if (!card.authentication || confirmed) return { kind: 'succeeded' };
  return onSession ? { kind: 'action' } : { kind: 'declined', decline: AUTHENTICATION_REQUIRED };
}

/** @throws {ApiError} 402 when the issuer refuses to have the card kept for later. */
export function checkAttachable(testCard: string): void {
  const { onAttach } = knownCard(testCard);
  if (onAttach) throw cardError(onAttach);
}

/** The 402 that says what the issuer said. */
export function cardError(decline: Decline, param?: string): ApiError {
  return new ApiError(402, {
    type: 'card_error',
    message: decline.message,
    code: decline.code,
    ...(decline.decline_code !== undefined && { decline_code: decline.decline_code }),
    ...(param !== undefined && { param }),
  });
}

function knownCard(name: string): TestCard {
  const card = cardOfName(name);
  if (!card) throw new Error(`${name} is no test card`);
  return card;
}
