import type { Catalog } from '../../../catalog/index.js';
import type { Settings } from '../../../platform/config/settings.js';
import type { Finding } from '../../../platform/health/finding.js';
import type { InvoiceGateway } from '../../billing/ports/invoice-gateway.js';

/** A draft that is let go within this is final before an outage of a night is over. */
const SHORT_HOLD_MS = 4 * 3_600_000;

/**
 * With USAGE_REPORTER=invoice: whether drafts are found and held in time for their usage, and every price of the catalog
 * can be worked out here.
 */
export async function examineOwnRating(
  catalog: Catalog,
  settings: Settings,
  invoices: InvoiceGateway,
): Promise<Finding[]> {
  return [
    examineWebhooks(settings),
    examineHold(settings),
    ...(await Promise.all(
      catalog.plans.flatMap(({ id, price }) =>
        'stripePriceId' in price ? [examinePrice(id, price.stripePriceId, invoices)] : [],
      ),
    )),
  ];
}

function examineWebhooks(settings: Settings): Finding {
  const check = 'Draft invoices are held before they become final';
  if (settings.get('STRIPE_WEBHOOK_SECRET').length > 0) return { check, level: 'ok', message: 'by webhooks' };
  return {
    check,
    level: 'problem',
    message:
      'without webhooks drafts are found by a search every half hour; one that becomes final before goes out without its usage',
    advice: 'Set STRIPE_WEBHOOK_SECRET: see docs/go-live.md.',
  };
}

function examineHold(settings: Settings): Finding {
  const check = 'Draft invoices are held until their usage is added';
  const hours = settings.get('INVOICE_HOLD_LIMIT') / 3_600_000;
  if (settings.get('INVOICE_HOLD_LIMIT') >= SHORT_HOLD_MS)
    return { check, level: 'ok', message: `for ${hours} hours at most` };
  return {
    check,
    level: 'warning',
    message: `for ${hours} hours at most: after an outage of that length invoices go out without their usage`,
    advice: 'Set INVOICE_HOLD_LIMIT to 12h or more, as USAGE_REPORTER=invoice puts all usage on held drafts.',
  };
}

async function examinePrice(plan: string, priceId: string, invoices: InvoiceGateway): Promise<Finding> {
  const check = `Usage of the plan "${plan}" can be priced here`;
  try {
    if (await invoices.termsOf(priceId)) return { check, level: 'ok', message: 'it can' };
    return {
      check,
      level: 'problem',
      message: `the price ${priceId} has terms that Farebox does not know: its usage is on no invoice`,
      advice: 'Use another price, or USAGE_REPORTER=stripe.',
    };
  } catch {
    return { check, level: 'warning', message: 'Stripe could not be asked' };
  }
}
