import { ApiError } from '../wire/api-error.js';
import { cardError } from './charge.js';
import { cardOfNumber, type TestCard } from './test-cards.js';

/** @throws {ApiError} 402: a number that is no test card is refused, and said nowhere. */
export function cardNumbered(number: string): TestCard {
  const card = cardOfNumber(number);
  if (card) return card;
  if (!passesLuhn(number)) {
    throw new ApiError(402, {
      type: 'card_error',
      code: 'incorrect_number',
      message: 'Your card number is incorrect.',
      param: 'card[number]',
    });
  }
  throw cardError({
    code: 'card_declined',
    decline_code: 'test_mode_live_card',
    message:
      'Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid test cards, visit: https://stripe.com/docs/testing.',
  });
}

function passesLuhn(number: string): boolean {
  const digits = number.replaceAll(/[ -]/g, '');
  if (!/^\d{12,19}$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits.charAt(digits.length - 1 - i));
    const weighted = i % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
