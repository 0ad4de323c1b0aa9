import { Injectable } from '@nestjs/common';
import { moneyText } from '../../catalog/index.js';
import { FareboxError, InvalidFieldsError } from '../../platform/errors/farebox-error.js';
import type { Principal } from '../../platform/identity/principal.js';
import { AccountsService } from '../accounts/index.js';
import { InvoiceMirror } from '../billing/index.js';
import {
  type Invoice,
  InvoiceGateway,
  type InvoiceLine,
  type InvoiceLinePage,
} from '../billing/ports/invoice-gateway.js';
import { AccruedUsages, BilledCalls } from '../meters/index.js';
import type { CallSource } from '../ledger/index.js';
import {
  DEFAULT_INVOICES,
  INVOICE_CURSOR,
  type InvoiceDto,
  type InvoiceLineDto,
  type InvoiceLinePageDto,
  type InvoicePageDto,
  MAX_LINES,
} from './account-invoices.dto.js';
import { ProviderReads } from './provider-reads.js';

/** A consumer's own invoices, of the account's present customer and of its former ones, and the calls behind them. */
@Injectable()
export class AccountInvoicesService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly invoices: InvoiceGateway,
    private readonly usage: AccruedUsages,
    private readonly calls: BilledCalls,
    private readonly mirror: InvoiceMirror,
    private readonly reads: ProviderReads,
  ) {}

  /**
   * One customer after the other, the present one first; a page holds those of one.
   * @throws {FareboxError} `validation_failed` for a cursor that is none of the account's; `rate_limited`
   * @throws {BillingUnavailableError}
   */
  async list(
    principal: Principal,
    { limit = DEFAULT_INVOICES, cursor }: { limit?: number; cursor?: string },
  ): Promise<InvoicePageDto> {
    const customers = await this.accounts.customersOf(principal.account);
    const [, from = principal.account.customerId, after] = INVOICE_CURSOR.exec(cursor ?? '') ?? [];
    const place = customers.indexOf(from);
    if (place < 0)
      throw new InvalidFieldsError([{ field: 'cursor', message: 'must be the nextCursor of a page' }]);
    const { invoices, hasMore } = await this.read(
      principal,
      customers,
      ['invoices', from, limit, after],
      () => this.invoices.list(from, limit, after),
    );
    const names = await this.usage.names();
    const last = hasMore ? invoices.at(-1) : undefined;
    const next = last ? from : customers[place + 1];
    return {
      invoices: invoices.map((invoice) => toDto(invoice, names)),
      nextCursor: next === undefined ? null : `${next}.${last?.id ?? ''}`,
    };
  }

  /**
   * The calls that the line bills. Lines of one meter and period, such as the tiers of a graduated price, share them.
   * @throws {FareboxError} `not_found` for a line that is not the account's, or is not billed by use.
   */
  async callsBehind(principal: Principal, invoiceId: string, lineId: string): Promise<CallSource> {
    const customers = await this.accounts.customersOf(principal.account);
    const customerId = await this.ownerOf(principal, customers, invoiceId);
    let line: InvoiceLine | undefined;
    for (let after: string | undefined, more = true; more && !line;) {
      const { lines, hasMore } = await this.readLines(principal, customers, invoiceId, MAX_LINES, after);
      line = lines.find(({ id }) => id === lineId);
      after = lines.at(-1)?.id;
      more = hasMore && after !== undefined;
    }
    if (!line?.usage) throw new FareboxError('not_found', 'No such usage line on your invoices.');
    const { usage, from, to } = line;
    return this.calls.of({ customerId, ...usage, from, to });
  }

  /**
   * All lines of an invoice, page by page.
   * @throws {FareboxError} `not_found` for an invoice that is not the account's, or a cursor that is none of its lines.
   */
  async lines(
    principal: Principal,
    invoiceId: string,
    { limit = MAX_LINES, cursor }: { limit?: number; cursor?: string },
  ): Promise<InvoiceLinePageDto> {
    const customers = await this.accounts.customersOf(principal.account);
    await this.ownerOf(principal, customers, invoiceId);
    const { lines, hasMore } = await this.readLines(principal, customers, invoiceId, limit, cursor);
    const names = await this.usage.names();
    return {
      lines: lines.map((line) => lineDto(line, names)),
      nextCursor: hasMore ? (lines.at(-1)?.id ?? null) : null,
    };
  }

  /** Most are known from webhook events, without a request. @throws {FareboxError} `not_found` if not the account's. */
  private async ownerOf(
    principal: Principal,
    customers: readonly string[],
    invoiceId: string,
  ): Promise<string> {
    const known = await this.mirror.customerOf(invoiceId);
    const asked = async () => (await this.invoices.find(invoiceId))?.customerId;
    const owner = known ?? (await this.read(principal, customers, ['owner', invoiceId], asked));
    if (owner === undefined || !customers.includes(owner)) throw noInvoice();
    return owner;
  }

  private async readLines(
    principal: Principal,
    customers: readonly string[],
    invoiceId: string,
    limit: number,
    after: string | undefined,
  ): Promise<InvoiceLinePage> {
    const page = await this.read(principal, customers, ['lines', invoiceId, limit, after], () =>
      this.invoices.lines(invoiceId, limit, after),
    );
    if (!page) throw noInvoice();
    return page;
  }

  /** Cached until a webhook event has caused one of the customers' invoices to be read again. */
  private async read<T>(
    { account }: Principal,
    customers: readonly string[],
    what: readonly unknown[],
    ask: () => Promise<T>,
  ): Promise<T> {
    const changed = await this.mirror.lookedAt(customers);
    return (await this.reads.read(account.accountId, [...what, changed], ask)).value;
  }
}

function toDto(invoice: Invoice, names: ReadonlyMap<string, string>): InvoiceDto {
  const { id, number, status, minorUnits, currency, periodStart, periodEnd, hostedUrl, lines, moreLines } =
    invoice;
  return {
    id,
    number,
    status,
    total: moneyText(minorUnits, currency),
    currency,
    periodStart,
    periodEnd,
    ...(hostedUrl === null ? {} : { hostedUrl }),
    lines: lines.map((line) => lineDto(line, names)),
    moreLines,
  };
}

function lineDto(line: InvoiceLine, names: ReadonlyMap<string, string>): InvoiceLineDto {
  const meter = line.usage && names.get(line.usage.providerMeter);
  const amount = moneyText(line.minorUnits, line.currency);
  const { id, description, quantity } = line;
  return { id, description, quantity, amount, ...(meter ? { meter } : {}) };
}

const noInvoice = (): FareboxError => new FareboxError('not_found', 'No such line on your invoices.');
