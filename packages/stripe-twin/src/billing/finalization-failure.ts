import type { InvoiceRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import type { ErrorBody } from '../wire/api-error.js';
import { invoiceView } from './invoice-rows.js';
import { saveInvoice } from './save-invoice.js';
import { currentPhase, saveSchedule, scheduleOf } from './schedule-rows.js';
import { saveSubscription } from './subscription-status.js';
import { isTaxable, unlocated } from './tax.js';

const HOUR_S = 3_600;

interface Attempt {
  draft: InvoiceRow;
  /** What stands against it; null when it may become final. */
  refusal: ErrorBody | null;
}

/** What stands against the finalization. A draft of a subscription may go on without tax. */
export function attemptFinalization(twin: Twin, draft: InvoiceRow, automatic: boolean): Attempt {
  const fault = twin.finalizationFaults.take(draft);
  if (fault) {
    const { code, message } = fault;
    return { draft, refusal: { type: 'invalid_request_error', code, message } };
  }
  if (!draft.automatic_tax.enabled || isTaxable(twin, draft.customer)) return { draft, refusal: null };
  const untaxed = automatic && draft.subscription !== null && twin.settings.values.finalizesWithoutTax;
  return untaxed ? { draft: withoutTax(twin, draft), refusal: null } : { draft, refusal: unlocated().body };
}

/**
 * "If we don't have a recognized customer location, invoices for a subscription continue to finalize automatically but
 * without calculating taxes": automatic tax is switched off, on the subscription too (docs, tax/customer-locations).
 */
function withoutTax(twin: Twin, draft: InvoiceRow): InvoiceRow {
  const row = twin.subscriptions.get(draft.subscription ?? '');
  const disabled_reason = 'requires_location_inputs' as const;
  if (row?.automatic_tax.enabled) {
    const off = { disabled_reason, enabled: false, liability: null };
    saveSubscription(twin, row, { ...row, automatic_tax: off });
    const schedule = scheduleOf(twin, row);
    const phase = schedule && currentPhase(schedule);
    if (schedule && phase) {
      saveSchedule(twin, schedule, {
        ...schedule,
        default_settings: { ...schedule.default_settings, automatic_tax: off },
        phases: schedule.phases.map((other) => (other === phase ? { ...phase, automatic_tax: off } : other)),
      });
    }
  }
  return {
    ...draft,
    automatic_tax: {
      disabled_reason: 'finalization_requires_location_inputs',
      enabled: false,
      liability: null,
      provider: null,
      status: null,
    },
  };
}

/** The draft stays, and says why; by the setting it is tried again later. */
export function failFinalization(twin: Twin, draft: InvoiceRow, error: ErrorBody): InvoiceRow {
  const hours = twin.settings.values.finalizationRetryHours;
  const again = draft.auto_advance && hours !== null;
  const failed = saveInvoice(twin, draft, {
    ...draft,
    automatically_finalizes_at: again ? twin.time.of(draft.customer) + Math.round(hours * HOUR_S) : null,
    unanswered: [],
    last_finalization_error: {
      type: error.type as 'invalid_request_error',
      message: error.message,
      ...(error.code !== undefined && {
        code: error.code as NonNullable<InvoiceRow['last_finalization_error']>['code'] & string,
        doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll('_', '-')}`,
      }),
    },
  });
  twin.log.record('invoice.finalization_failed', invoiceView(twin, failed));
  return failed;
}
