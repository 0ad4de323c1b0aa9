import { createSpecs, listSpecs, updateSpecs } from '../portal/configuration-params.js';
import type { PortalConfigurationRow } from '../state/portal-rows.js';
import { seconds } from '../state/clock.js';
import type { Twin } from '../twin.js';
import { invalid, missing, noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { newLongId } from '../wire/ids.js';
import { listTable } from '../wire/list.js';
import { mergeMetadata } from '../wire/metadata.js';
import type { Parsed } from '../wire/params.js';

const URL = '/v1/billing_portal/configurations';

type Features = PortalConfigurationRow['features'];
type Sent = NonNullable<Parsed<typeof updateSpecs>['features']>;

const NOTHING: Features = {
  customer_update: { allowed_updates: [], enabled: false },
  invoice_history: { enabled: false },
  payment_method_update: { enabled: false, payment_method_configuration: null },
  subscription_cancel: {
    cancellation_reason: {
      enabled: false,
      feedback_options: null,
      options: ['too_expensive', 'missing_features', 'switched_service', 'unused', 'other'],
    },
    enabled: false,
    mode: 'at_period_end',
    proration_behavior: 'none',
  },
  subscription_pause: { duration: { interval_options: [], type: 'indefinite' }, enabled: false },
  subscription_update: {
    billing_cycle_anchor: null,
    default_allowed_updates: [],
    enabled: false,
    proration_behavior: 'none',
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: 'end_trial',
  },
};

export function portalConfigurationEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', URL, createSpecs, ({ params }) => {
      checkEnabled(params.features);
      return view(insert(twin, { features: merged(NOTHING, params.features), ...fieldsOf(params) }));
    }),
    endpoint('GET', URL, listSpecs, ({ params }) =>
      listTable(twin.portalConfigurations, {
        url: URL,
        noun: 'configuration',
        page: params,
        filter: (row) =>
          (params.active === undefined || row.active === params.active) &&
          (params.is_default === undefined || row.is_default === params.is_default),
        view,
      }),
    ),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => view(rowOf(twin, id))),
    endpoint('POST', `${URL}/:id`, updateSpecs, ({ id, params }) => {
      const row = rowOf(twin, id);
      if (row.is_default && params.active === false) {
        throw invalid('You cannot deactivate the default configuration.', 'active');
      }
      const after = twin.portalConfigurations.put({
        ...row,
        ...fieldsOf(params, row),
        ...(params.active !== undefined && { active: params.active }),
        features: merged(row.features, params.features),
        updated: seconds(twin.clock),
      });
      twin.log.recordUpdate('billing_portal.configuration.updated', view(row), view(after));
      return view(after);
    }),
  ];
}

/**
 * The account's default. On Stripe a person makes it by saving the portal's settings in the dashboard; here it is
 * made when it is first needed.
 */
export function defaultConfiguration(twin: Twin): PortalConfigurationRow {
  for (const row of twin.portalConfigurations.scan()) if (row.is_default) return row;
  return insert(twin, {
    is_default: true,
    features: {
      ...NOTHING,
      customer_update: { allowed_updates: ['email', 'tax_id'], enabled: true },
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true, payment_method_configuration: null },
      subscription_cancel: { ...NOTHING.subscription_cancel, enabled: true },
    },
  });
}

export function configurationOf(twin: Twin, id: string): PortalConfigurationRow | undefined {
  const row = twin.portalConfigurations.get(id);
  return row && view(row);
}

function view(row: PortalConfigurationRow): PortalConfigurationRow {
  return structuredClone(row);
}

function rowOf(twin: Twin, id: string): PortalConfigurationRow {
  const row = twin.portalConfigurations.get(id);
  if (!row) throw noSuchResource('configuration', id, 'configuration');
  return row;
}

function insert(
  twin: Twin,
  given: Partial<PortalConfigurationRow> & Pick<PortalConfigurationRow, 'features'>,
): PortalConfigurationRow {
  const now = seconds(twin.clock);
  const row = twin.portalConfigurations.put({
    id: newLongId('bpc'),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
    created: now,
    default_return_url: null,
    is_default: false,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: {},
    name: null,
    updated: now,
    ...given,
  });
  twin.log.record('billing_portal.configuration.created', view(row));
  return row;
}

/** @throws {ApiError} 400 for a feature that does not say whether it is on */
function checkEnabled(sent: Sent): void {
  for (const [name, feature] of Object.entries(sent)) {
    if (feature?.enabled === undefined) throw missing(`features[${name}][enabled]`);
  }
}

function fieldsOf(
  sent: Pick<Parsed<typeof updateSpecs>, 'business_profile' | 'default_return_url' | 'metadata' | 'name'>,
  row?: PortalConfigurationRow,
): Partial<PortalConfigurationRow> {
  const profile = row?.business_profile;
  const { business_profile: changed } = sent;
  return {
    ...(changed && {
      business_profile: {
        headline: valueOr(changed.headline, profile?.headline),
        privacy_policy_url: valueOr(changed.privacy_policy_url, profile?.privacy_policy_url),
        terms_of_service_url: valueOr(changed.terms_of_service_url, profile?.terms_of_service_url),
      },
    }),
    ...(sent.default_return_url !== undefined && { default_return_url: sent.default_return_url }),
    ...(sent.name !== undefined && { name: sent.name }),
    metadata: mergeMetadata(row?.metadata ?? {}, sent.metadata),
  };
}

function valueOr<T>(sent: T | null | undefined, current: T | null | undefined): T | null {
  return sent === undefined ? (current ?? null) : sent;
}

function merged(current: Features, sent: Sent | undefined): Features {
  if (!sent) return current;
  const { subscription_cancel: cancel, subscription_update: update } = sent;
  const reason = current.subscription_cancel.cancellation_reason;
  return {
    ...current,
    customer_update: {
      allowed_updates:
        valueOr(sent.customer_update?.allowed_updates, current.customer_update.allowed_updates) ?? [],
      enabled: sent.customer_update?.enabled ?? current.customer_update.enabled,
    },
    invoice_history: { enabled: sent.invoice_history?.enabled ?? current.invoice_history.enabled },
    payment_method_update: {
      ...current.payment_method_update,
      enabled: sent.payment_method_update?.enabled ?? current.payment_method_update.enabled,
    },
    subscription_cancel: {
      cancellation_reason: {
        enabled: cancel?.cancellation_reason?.enabled ?? reason.enabled,
        feedback_options: null,
        options: valueOr(cancel?.cancellation_reason?.options, reason.options) ?? [],
      },
      enabled: cancel?.enabled ?? current.subscription_cancel.enabled,
      mode: cancel?.mode ?? current.subscription_cancel.mode,
      proration_behavior: cancel?.proration_behavior ?? current.subscription_cancel.proration_behavior,
    },
    subscription_update: updateFeature(current.subscription_update, update),
  };
}

function updateFeature(
  current: Features['subscription_update'],
  sent: Sent['subscription_update'],
): Features['subscription_update'] {
  if (!sent) return current;
  return {
    ...current,
    ...(sent.billing_cycle_anchor !== undefined && { billing_cycle_anchor: sent.billing_cycle_anchor }),
    default_allowed_updates: valueOr(sent.default_allowed_updates, current.default_allowed_updates) ?? [],
    enabled: sent.enabled ?? current.enabled,
    ...(sent.products !== undefined && {
      products:
        sent.products?.map(({ adjustable_quantity: adjustable, prices, product }) => ({
          adjustable_quantity: {
            enabled: adjustable?.enabled ?? false,
            maximum: adjustable?.maximum ?? null,
            minimum: adjustable?.minimum ?? 1,
          },
          prices,
          product,
        })) ?? null,
    }),
    proration_behavior: sent.proration_behavior ?? current.proration_behavior,
    trial_update_behavior: sent.trial_update_behavior ?? current.trial_update_behavior,
  };
}
