import { FareboxError } from '../../../platform/errors/farebox-error.js';

/** The account has no payment method, and has used up its allowance without one. */
export class CardRequiredError extends FareboxError {
  /**
   * @param limit calls that it may make in a billing period; 0: none.
   * @param dashboard where a payment method is added.
   */
  constructor(limit: number, dashboard: string) {
    const reason =
      limit === 0
        ? 'Paid calls need a payment method on this account.'
        : `This account has no payment method, and has made the ${limit.toLocaleString('en')} paid calls of this billing period that need none.`;
    super(
      'payment_method_required',
      `${reason} Add one at ${dashboard}, or open the page of POST /account/billing-portal; calls are answered again right after.`,
    );
  }
}
