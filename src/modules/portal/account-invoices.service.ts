import { Injectable } from '@nestjs/common';
import { moneyText } from '../../catalogue/index.js';
import { FareboxError, InvalidFieldsError } from '../../platform/errors/farebox-error.js';
import type { Principal } from '../../platform/identity/principal.js';
import { AccountsService } from '../accounts/index.js';
import { type Invoice, InvoiceGateway } from '../billing/index.js';
import { AccruedUsages, BilledCalls, type CallSource } from '../metering/index.js';
import { DEFAULT_INVOICES, type InvoiceDto, type InvoicePageDto } from './account-invoices.dto.js';

/** A consumer's own invoices, of the customer that the account is and of those that it was, and the calls behind them. */
@Injectable()
export class AccountInvoicesService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly invoices: InvoiceGateway,
    private readonly usage: AccruedUsages,
    private readonly calls: BilledCalls,
  ) {}

  /**
   * One customer after the other, the present one first.
   * @throws {FareboxError} `validation_failed` for a cursor of nobody's; {BillingUnavailableError}
   */
  async list(
    principal: Principal,
    { limit = DEFAULT_INVOICES, cursor }: { limit?: number; cursor?: string },
  ): Promise<InvoicePageDto> {
    const customers = await this.accounts.customersOf(principal.account);
    const last = cursor === undefined ? undefined : await this.invoices.find(cursor);
    if (cursor !== undefined && (!last || !customers.includes(last.customerId)))
      throw new InvalidFieldsError([{ field: 'cursor', message: 'must be the nextCursor of a page' }]);
    const found: Invoice[] = [];
    let more = false;
    let after = cursor;
    for (const customerId of customers.slice(last ? customers.indexOf(last.customerId) : 0)) {
      // One more than is wanted tells whether there is a next page, whichever customer it is of.
      const page = await this.invoices.list(customerId, limit - found.length + 1, after);
      found.push(...page.invoices);
      after = undefined;
      more = found.length > limit;
      if (more) break;
    }
    const names = await this.usage.names();
    const shown = found.slice(0, limit);
    return {
      invoices: shown.map((invoice) => toDto(invoice, names)),
      nextCursor: more ? (shown.at(-1)?.id ?? null) : null,
    };
  }

  /**
   * The calls that the line bills. Lines of one meter and period, such as the tiers of a graduated price, share them.
   * @throws {FareboxError} `not_found` for a line that is not the account's, or is not billed by use.
   */
  async callsBehind(principal: Principal, invoiceId: string, lineId: string): Promise<CallSource> {
    const invoice = await this.invoices.find(invoiceId);
    const customers = await this.accounts.customersOf(principal.account);
    const line = invoice?.lines.find(({ id }) => id === lineId);
    if (!invoice || !customers.includes(invoice.customerId) || !line?.usage)
      throw new FareboxError('not_found', 'No such usage line on your invoices.');
    const { usage, from, to } = line;
    const { customerId } = invoice;
    return this.calls.of({ customerId, ...usage, from, to });
  }
}

function toDto(invoice: Invoice, names: ReadonlyMap<string, string>): InvoiceDto {
  const { id, number, status, minorUnits, currency, periodStart, periodEnd, hostedUrl, lines } = invoice;
  return {
    id,
    number,
    status,
    total: moneyText(minorUnits, currency),
    currency,
    periodStart,
    periodEnd,
    ...(hostedUrl === null ? {} : { hostedUrl }),
    lines: lines.map((line) => {
      const meter = line.usage && names.get(line.usage.providerMeter);
      const amount = moneyText(line.minorUnits, currency);
      const { description, quantity } = line;
      return { id: line.id, description, quantity, amount, ...(meter ? { meter } : {}) };
    }),
  };
}
