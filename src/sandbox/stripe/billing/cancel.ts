import type Stripe from 'stripe';
import { seconds } from '../state/clock.js';
import type { Twin } from '../twin.js';
import { hash, oneOf, paramsOf, text, unsettable } from '../wire/params.js';
import { subscriptionView } from './subscription-view.js';
import { isEnded, type SubscriptionRow, type SubscriptionView } from '../state/rows.js';

export const cancellationDetails = hash(
  paramsOf<Stripe.SubscriptionCancelParams.CancellationDetails>()({
    comment: unsettable(text()),
    feedback: unsettable(
      oneOf(
        'customer_service',
        'low_quality',
        'missing_features',
        'other',
        'switched_service',
        'too_complex',
        'too_expensive',
        'unused',
      ),
    ),
    feedback_option: text(),
  }),
);

type Details = ReturnType<typeof cancellationDetails.parse>;

type DetailsView = NonNullable<SubscriptionView['cancellation_details']>;

/** What was said about the cancellation, added to what is known of it. */
export function withDetails(
  current: SubscriptionView['cancellation_details'],
  sent: Details | undefined,
  reason?: DetailsView['reason'],
): DetailsView {
  return {
    comment: sent?.comment !== undefined ? sent.comment : (current?.comment ?? null),
    feedback: sent?.feedback !== undefined ? sent.feedback : (current?.feedback ?? null),
    feedback_option: sent?.feedback_option ?? current?.feedback_option ?? null,
    reason: reason !== undefined ? reason : (current?.reason ?? null),
  };
}

/** Ends a subscription now. */
export function cancelNow(twin: Twin, row: SubscriptionRow, details?: Details): SubscriptionView {
  const now = seconds(twin.clock);
  const ended = twin.timeline.save({
    ...row,
    status: row.status === 'incomplete' ? 'incomplete_expired' : 'canceled',
    canceled_at: now,
    cancel_at: null,
    cancel_at_period_end: false,
    ended_at: now,
    cancellation_details: withDetails(row.cancellation_details, details, 'cancellation_requested'),
  });
  const view = subscriptionView(twin, ended);
  twin.log.record('customer.subscription.deleted', view);
  return view;
}

/** What deleting a customer does to its subscriptions. */
export function cancelSubscriptionsOf(twin: Twin, customer: string): void {
  for (const row of twin.subscriptions.scan({ where: ['customer', customer] })) {
    if (!isEnded(row)) cancelNow(twin, row);
  }
}
