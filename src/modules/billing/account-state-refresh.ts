/** Has an account compared with the billing provider now, rather than when news comes: port and injection token in one. */
export abstract class AccountStateRefresh {
  /**
   * Writes down what the provider says of the customer now. Nothing happens for a customer without an account.
   * @throws {BillingUnavailableError} when the provider cannot be asked.
   */
  abstract refresh(customerId: string): Promise<void>;
}
