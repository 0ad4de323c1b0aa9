/** How an attempt to use a card ends when the issuer says no. */
export interface Decline {
  code: 'card_declined' | 'expired_card' | 'incorrect_cvc' | 'processing_error' | 'authentication_required';
  /** The issuer's reason, where `code` is not the reason itself. */
  decline_code?: string;
  message: string;
}

/** A card of Stripe's test mode: what it looks like, and what its issuer answers. */
export interface TestCard {
  /** `pm_card_visa`: what names the card for good; its number is never kept. */
  name: string;
  number: string;
  brand: string;
  funding: 'credit' | 'debit' | 'prepaid';
  country: string;
  /** Refused as soon as it is to be attached to a customer. */
  onAttach: Decline | null;
  /** Refused when it is charged; a card refused on attaching is refused here too. */
  onCharge: Decline | null;
  /** The cardholder has to confirm every payment: what is charged while nobody is there is refused. */
  authentication: boolean;
  /** The cardholder has to confirm when the card is kept or charged while they are there, as at Checkout. */
  confirmedInPerson: boolean;
}

function declined(decline_code: string, message = 'Your card was declined.'): Decline {
  return { code: 'card_declined', decline_code, message };
}

const GENERIC = declined('generic_decline');
const NO_FUNDS = declined('insufficient_funds', 'Your card has insufficient funds.');
const EXPIRED: Decline = { code: 'expired_card', message: 'Your card has expired.' };
const WRONG_CVC: Decline = { code: 'incorrect_cvc', message: "Your card's security code is incorrect." };
const FAILED: Decline = {
  code: 'processing_error',
  message: 'An error occurred while processing your card. Try again in a little bit.',
};

/** What is charged off session although the cardholder has to confirm it. */
export const AUTHENTICATION_REQUIRED: Decline = {
  code: 'authentication_required',
  decline_code: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

type Looks = Partial<Pick<TestCard, 'brand' | 'funding' | 'country'>>;
type Answers = Partial<Pick<TestCard, 'onAttach' | 'onCharge' | 'authentication' | 'confirmedInPerson'>>;

function card(name: string, number: string, looks: Looks = {}, answers: Answers = {}): TestCard {
  return {
    name: `pm_card_${name}`,
    number,
    brand: 'visa',
    funding: 'credit',
    country: 'US',
    onAttach: null,
    onCharge: answers.onAttach ?? null,
    authentication: false,
    confirmedInPerson: answers.authentication ?? false,
    ...looks,
    ...answers,
  };
}

/** Stripe's test cards, as far as the sandbox plays them. `tok_visa` is the token beside `pm_card_visa`. */
export const TEST_CARDS: readonly TestCard[] = [
  card('visa', '4242424242424242'),
  card('visa_debit', '4000056655665556', { funding: 'debit' }),
  card('mastercard', '5555555555554444', { brand: 'mastercard' }),
  card('mastercard_debit', '5200828282828210', { brand: 'mastercard', funding: 'debit' }),
  card('mastercard_prepaid', '5105105105105100', { brand: 'mastercard', funding: 'prepaid' }),
  card('amex', '378282246310005', { brand: 'amex' }),
  card('discover', '6011111111111117', { brand: 'discover' }),
  card('diners', '3056930009020004', { brand: 'diners' }),
  card('jcb', '3566002020360505', { brand: 'jcb' }),
  card('unionpay', '6200000000000005', { brand: 'unionpay' }),
  card('de', '4000002760000016', { country: 'DE' }),
  card('chargeDeclined', '4000000000000002', {}, { onAttach: GENERIC }),
  card('chargeDeclinedInsufficientFunds', '4000000000009995', {}, { onAttach: NO_FUNDS }),
  card('chargeDeclinedLostCard', '4000000000009987', {}, { onAttach: declined('lost_card') }),
  card('chargeDeclinedStolenCard', '4000000000009979', {}, { onAttach: declined('stolen_card') }),
  card('chargeDeclinedFraudulent', '4100000000000019', {}, { onAttach: declined('fraudulent') }),
  card('chargeDeclinedExpiredCard', '4000000000000069', {}, { onAttach: EXPIRED }),
  card('chargeDeclinedIncorrectCvc', '4000000000000127', {}, { onAttach: WRONG_CVC }),
  card('chargeDeclinedProcessingError', '4000000000000119', {}, { onAttach: FAILED }),
  // Attached without complaint, and refused at every charge: the card for everything that happens later.
  card('chargeCustomerFail', '4000000000000341', {}, { onCharge: GENERIC }),
  card('authenticationRequired', '4000002760003184', { country: 'DE' }, { authentication: true }),
  // Confirmed once when it is set up, and charged without the cardholder after that.
  card('authenticationRequiredOnSetup', '4000002500003155', { country: 'DE' }, { confirmedInPerson: true }),
  card(
    'authenticationRequiredSetupForOffSession',
    '4000003800000446',
    { country: 'DE' },
    { confirmedInPerson: true },
  ),
];

const BY_NAME = new Map(TEST_CARDS.map((known) => [known.name, known]));
const BY_NUMBER = new Map(TEST_CARDS.map((known) => [known.number, known]));

/** Stripe's other names for the same cards. */
const ALIASES: Record<string, string> = {
  pm_card_us: 'pm_card_visa',
  pm_card_visa_chargeDeclined: 'pm_card_chargeDeclined',
  pm_card_visa_chargeDeclinedInsufficientFunds: 'pm_card_chargeDeclinedInsufficientFunds',
  pm_card_visa_chargeDeclinedLostCard: 'pm_card_chargeDeclinedLostCard',
  pm_card_visa_chargeDeclinedStolenCard: 'pm_card_chargeDeclinedStolenCard',
  pm_card_threeDSecure2Required: 'pm_card_authenticationRequired',
};

/** The card of a name like `pm_card_visa`. */
export function cardOfName(name: string): TestCard | undefined {
  return BY_NAME.get(ALIASES[name] ?? name);
}

/** The card of a token like `tok_visa`. */
export function cardOfToken(token: string): TestCard | undefined {
  return token.startsWith('tok_') ? cardOfName(`pm_card_${token.slice('tok_'.length)}`) : undefined;
}

/** The card of a number, which may be written in groups. */
export function cardOfNumber(number: string): TestCard | undefined {
  return BY_NUMBER.get(number.replaceAll(/[ -]/g, ''));
}
