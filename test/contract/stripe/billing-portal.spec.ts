import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  openTarget,
  refusal,
  unique,
  type Target,
} from '../../../packages/stripe-twin/test/support/target.js';

let target: Target;
let stripe: Stripe;
let customer: string;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
  customer = (await stripe.customers.create({ email: `${unique('portal')}@example.com` })).id;
});
afterAll(() => target.close());

const CANCEL = {
  cancellation_reason: { enabled: true, options: ['unused' as const, 'other' as const] },
  enabled: true,
  mode: 'immediately' as const,
};

describe('billingPortal.configurations', () => {
  it('create.200, retrieve.200 and update.200: what was not sent stays', async () => {
    const made: Stripe.BillingPortal.Configuration = await stripe.billingPortal.configurations.create({
      business_profile: { headline: 'Your plan' },
      default_return_url: 'https://example.com/account',
      features: {
        invoice_history: { enabled: true },
        payment_method_update: { enabled: true },
        subscription_cancel: CANCEL,
        customer_update: { enabled: true, allowed_updates: ['email'] },
      },
      metadata: { of: 'farebox' },
    });
    expect(made).toMatchObject({
      object: 'billing_portal.configuration',
      active: true,
      is_default: false,
      business_profile: { headline: 'Your plan', privacy_policy_url: null },
      default_return_url: 'https://example.com/account',
      features: {
        customer_update: { enabled: true, allowed_updates: ['email'] },
        invoice_history: { enabled: true },
        payment_method_update: { enabled: true },
        subscription_cancel: {
          enabled: true,
          mode: 'immediately',
          cancellation_reason: { enabled: true, options: ['unused', 'other'] },
        },
        subscription_update: { enabled: false },
      },
      login_page: { enabled: false, url: null },
      metadata: { of: 'farebox' },
    });
    expect(made.id).toMatch(/^bpc_/);
    expect(await stripe.billingPortal.configurations.retrieve(made.id)).toMatchObject({ id: made.id });

    const changed = await stripe.billingPortal.configurations.update(made.id, {
      active: false,
      business_profile: { privacy_policy_url: 'https://example.com/privacy' },
      features: { subscription_cancel: { enabled: false } },
    });
    expect(changed).toMatchObject({
      active: false,
      business_profile: { headline: 'Your plan', privacy_policy_url: 'https://example.com/privacy' },
      features: {
        customer_update: { enabled: true, allowed_updates: ['email'] },
        subscription_cancel: { enabled: false, mode: 'immediately' },
      },
    });
  });

  it('list.200 by what is active and what is the default', async () => {
    const active = await stripe.billingPortal.configurations.create({
      features: { invoice_history: { enabled: true } },
    });
    const ids = async (params: Stripe.BillingPortal.ConfigurationListParams): Promise<string[]> =>
      (await stripe.billingPortal.configurations.list({ limit: 100, ...params })).data.map(({ id }) => id);
    expect(await ids({ active: true, is_default: false })).toContain(active.id);
    expect(await ids({ active: false })).not.toContain(active.id);
    expect(await ids({ is_default: true })).not.toContain(active.id);
  });

  it('create.400 and retrieve.404', async () => {
    const create = (features: object): Promise<unknown> =>
      stripe.billingPortal.configurations.create({
        features: features as Stripe.BillingPortal.ConfigurationCreateParams.Features,
      });
    expect(await refusal(create({ subscription_cancel: { mode: 'immediately' } }))).toMatchObject({
      statusCode: 400,
      param: 'features[subscription_cancel][enabled]',
    });
    expect(await refusal(create({ invoice_history: { enabled: true, more: '1' } }))).toMatchObject({
      statusCode: 400,
      code: 'parameter_unknown',
    });
    expect(await refusal(stripe.billingPortal.configurations.retrieve('bpc_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });
});

describe('billingPortal.sessions.create', () => {
  it('.200 with a configuration, whose return_url it takes over', async () => {
    const configuration = await stripe.billingPortal.configurations.create({
      default_return_url: 'https://example.com/account',
      features: { payment_method_update: { enabled: true } },
    });
    const session: Stripe.BillingPortal.Session = await stripe.billingPortal.sessions.create({
      customer,
      configuration: configuration.id,
      expand: ['configuration'],
    });
    expect(session).toMatchObject({
      object: 'billing_portal.session',
      customer,
      configuration: { id: configuration.id },
      return_url: 'https://example.com/account',
      flow: null,
      livemode: false,
    });
    expect(session.id).toMatch(/^bps_/);
    expect(session.url).toContain('/p/session/');
  });

  it('.200 with a flow', async () => {
    const session = await stripe.billingPortal.sessions.create({
      customer,
      configuration: (
        await stripe.billingPortal.configurations.create({
          features: { payment_method_update: { enabled: true } },
        })
      ).id,
      return_url: 'https://example.com/here',
      flow_data: {
        type: 'payment_method_update',
        after_completion: { type: 'redirect', redirect: { return_url: 'https://example.com/done' } },
      },
    });
    expect(session).toMatchObject({
      return_url: 'https://example.com/here',
      flow: {
        type: 'payment_method_update',
        after_completion: { type: 'redirect', redirect: { return_url: 'https://example.com/done' } },
      },
    });
  });

  it('.400 for a customer, a configuration or a subscription that is not there', async () => {
    const create = (
      params: Partial<Stripe.BillingPortal.SessionCreateParams>,
    ): Promise<Stripe.BillingPortal.Session> => stripe.billingPortal.sessions.create({ customer, ...params });
    expect(await refusal(create({ customer: 'cus_none' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'customer',
    });
    expect(await refusal(create({ configuration: 'bpc_none' }))).toMatchObject({
      statusCode: 400,
      param: 'configuration',
    });
    expect(await refusal(create({ return_url: 'here' }))).toMatchObject({ code: 'url_invalid' });
    expect(
      await refusal(
        create({
          flow_data: { type: 'subscription_cancel', subscription_cancel: { subscription: 'sub_none' } },
        }),
      ),
    ).toMatchObject({ statusCode: 400, code: 'resource_missing' });
  });
});
