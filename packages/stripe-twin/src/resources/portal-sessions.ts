import type Stripe from 'stripe';
import { PORTAL_SESSION_S, type PortalSessionRow } from '../state/portal-rows.js';
import { seconds } from '../state/clock.js';
import { isEnded } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, missing, noSuchReference } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { newLongId, randomText } from '../wire/ids.js';
import { hash, oneOf, paramsOf, required, text, unsupported, type Parsed } from '../wire/params.js';
import { httpUrl } from '../wire/url.js';
import type { Wire } from '../state/wire.js';
import { referencedCustomer } from '../billing/customers.js';
import { defaultConfiguration } from './portal-configurations.js';

const flowData = paramsOf<Stripe.BillingPortal.SessionCreateParams.FlowData>()({
  after_completion: hash({
    hosted_confirmation: hash({ custom_message: text(500) }),
    redirect: hash({ return_url: required(httpUrl) }),
    type: required(oneOf('hosted_confirmation', 'portal_homepage', 'redirect')),
  }),
  subscription_cancel: hash({ retention: unsupported, subscription: required(text()) }),
  subscription_pause: unsupported,
  subscription_update: unsupported,
  subscription_update_confirm: unsupported,
  type: required(oneOf('payment_method_update', 'subscription_cancel')),
});

const createSpecs = paramsOf<Stripe.BillingPortal.SessionCreateParams>()({
  after_expiration: unsupported,
  configuration: text(),
  customer: required(text()),
  customer_account: unsupported,
  flow_data: hash(flowData),
  locale: text(10),
  on_behalf_of: unsupported,
  return_url: httpUrl,
});

/** Stripe has no way to see a portal session again: its address is in the answer that makes it. */
export function portalSessionEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', '/v1/billing_portal/sessions', createSpecs, ({ params }) => {
      const customer = referencedCustomer(twin, params.customer, 'customer');
      const configuration =
        params.configuration === undefined
          ? defaultConfiguration(twin)
          : twin.portalConfigurations.get(params.configuration);
      if (!configuration) throw noSuchReference('configuration', params.configuration ?? '', 'configuration');
      if (!configuration.active) throw invalid('The configuration is not active.', 'configuration');
      const now = seconds(twin.clock);
      const id = newLongId('bps');
      const row = twin.portalSessions.put({
        id,
        secret: randomText(48),
        expires_at: now + PORTAL_SESSION_S,
        view: {
          id,
          object: 'billing_portal.session',
          configuration: configuration.id,
          created: now,
          customer: customer.id,
          customer_account: null,
          flow: params.flow_data ? flowOf(twin, customer.id, params.flow_data) : null,
          livemode: false,
          locale: params.locale ?? null,
          on_behalf_of: null,
          return_url: params.return_url ?? configuration.default_return_url,
        },
      });
      const view = portalSessionView(twin, row);
      twin.log.record('billing_portal.session.created', view);
      return view;
    }),
  ];
}

export function portalSessionView(
  { origin }: { origin: string },
  row: PortalSessionRow,
): Wire<Stripe.BillingPortal.Session> {
  return { ...structuredClone(row.view), url: `${origin}/p/session/${row.id}/test_${row.secret}` };
}

function flowOf(
  twin: Twin,
  customer: string,
  sent: Parsed<typeof flowData>,
): PortalSessionRow['view']['flow'] {
  const cancel = sent.type === 'subscription_cancel' ? sent.subscription_cancel : undefined;
  if (sent.type === 'subscription_cancel') {
    if (!cancel) throw missing('flow_data[subscription_cancel]');
    const row = twin.subscriptions.get(cancel.subscription);
    const param = 'flow_data[subscription_cancel][subscription]';
    if (row?.customer !== customer) throw noSuchReference('subscription', cancel.subscription, param);
    if (isEnded(row) || row.cancel_at_period_end) {
      throw invalid('The subscription is canceled, or set to be canceled, already.', param);
    }
  }
  const after = sent.after_completion;
  if (after?.type === 'redirect' && !after.redirect) throw missing('flow_data[after_completion][redirect]');
  return {
    after_completion: {
      hosted_confirmation:
        after?.type === 'hosted_confirmation'
          ? { custom_message: after.hosted_confirmation?.custom_message ?? null }
          : null,
      redirect:
        after?.type === 'redirect' && after.redirect ? { return_url: after.redirect.return_url } : null,
      type: after?.type ?? 'portal_homepage',
    },
    customer_update: null,
    subscription_cancel: cancel ? { retention: null, subscription: cancel.subscription } : null,
    subscription_pause: null,
    subscription_update: null,
    subscription_update_confirm: null,
    type: sent.type,
  };
}
