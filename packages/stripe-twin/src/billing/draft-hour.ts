import type { Twin } from '../twin.js';

const HOUR_S = 3_600;

/**
 * The webhook endpoints that are told of a new draft. "We wait an hour after receiving a successful response to the
 * invoice.created event before attempting payment. If we don't receive a successful response within 72 hours, we attempt to
 * finalize" (invoicing/integration/workflow-transitions). A "custom finalization time" is "not delayed because of
 * invoice.created webhook failures" (invoicing/scheduled-finalization).
 */
export const askedOf = (twin: Pick<Twin, 'outbox'>, autoAdvance: boolean): string[] =>
  autoAdvance ? twin.outbox.endpointsFor('invoice.created') : [];

/** An endpoint answered an event, or is gone: with the last one that was waited for, the hour of the draft begins. */
export function endpointAnswered(twin: Twin, eventId: string, endpoint: string): void {
  const event = twin.log.events.get(eventId);
  if (event?.type !== 'invoice.created') return;
  const row = twin.invoices.get((event.data.object as { id: string }).id);
  if (row?.status !== 'draft' || !row.unanswered?.includes(endpoint)) return;
  const unanswered = row.unanswered.filter((id) => id !== endpoint);
  const begins = unanswered.length === 0 && row.automatically_finalizes_at !== null;
  const at = begins ? twin.time.of(row.customer) + HOUR_S : row.automatically_finalizes_at;
  twin.timeline.saveInvoice({ ...row, unanswered, automatically_finalizes_at: at });
}
