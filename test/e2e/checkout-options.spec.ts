import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  bearer,
  type Farebox,
  newPerson,
  post,
  query,
  request,
  startFarebox,
  STRIPE_KEY,
} from '../support/farebox.js';
import { logged } from '../support/processes.js';
import { Shopper, tokenOn } from '../support/shopper.js';

const EXAMPLE = fileURLToPath(new URL('../../monetization.yaml', import.meta.url));

/** No webhooks, no mails, a payment method for everybody, a trial, and a pricing table. */
let farebox: Farebox;
beforeAll(async () => {
  farebox = await startFarebox(async ({ FAREBOX_HOME = '' }) => {
    const catalog = join(FAREBOX_HOME, 'plans.yaml');
    const text = readFileSync(EXAMPLE, 'utf8')
      .replace('currency: usd', 'currency: usd\nregistration: payment_method\nautomaticTax: true')
      .replace('  - id: volume\n', '  - id: volume\n    trialDays: 14\n')
      .replaceAll(/^( +)billingPeriod: monthly$/gm, '$1billingPeriod: monthly\n$1taxBehavior: exclusive');
    writeFileSync(catalog, text);
    return {
      CATALOG: catalog,
      STRIPE_PUBLISHABLE_KEY: 'pk_test_of_the_tests',
      STRIPE_PRICING_TABLE_ID: 'prctbl_of_the_tests',
    };
  }, 'own');
});
afterAll(() => farebox?.stop());

const newShopper = (): Shopper => new Shopper(farebox.url, newPerson());
const stripe = async (path: string) =>
  (await request(`${farebox.stripeUrl}/v1/${path}`, bearer(STRIPE_KEY))).json;

async function customer(): Promise<{ token: string; shopper: Shopper }> {
  const shopper = newShopper();
  const token = tokenOn(await shopper.visit(await shopper.subscribe()));
  return { token: String(token), shopper };
}

/** What the subscription of the account says of tax. */
async function taxOf({ email }: Shopper): Promise<unknown> {
  const [row] = await query(farebox, 'select subscription_id from accounts where email = $1', [email]);
  return (await stripe(`subscriptions/${String(row?.['subscription_id'])}`))['automatic_tax'];
}

describe('account/plan.200 with automaticTax', () => {
  it('keeps Stripe Tax on, and switches it on where it was off', async () => {
    const { token, shopper } = await customer();
    expect(await taxOf(shopper)).toMatchObject({ enabled: true });
    const [row] = await query(farebox, 'select subscription_id from accounts where email = $1', [
      shopper.email,
    ]);
    await fetch(`${farebox.stripeUrl}/v1/subscriptions/${String(row?.['subscription_id'])}`, {
      method: 'POST',
      ...bearer(STRIPE_KEY),
      body: new URLSearchParams({ 'automatic_tax[enabled]': 'false' }),
    });
    expect(await taxOf(shopper)).toMatchObject({ enabled: false });
    const changed = await post(
      `${farebox.url}/account/plan`,
      { plan: 'volume' },
      { authorization: `Bearer ${token}` },
    );
    expect(changed.status).toBe(200);
    expect(await taxOf(shopper)).toMatchObject({ enabled: true });
  });
});

describe('register.402', () => {
  it('where the catalog asks for a payment method, and says where to pay', async () => {
    const person = newPerson();
    const { status, json } = await post(`${farebox.url}/register`, person);
    expect(status).toBe(402);
    expect(json).toMatchObject({
      code: 'payment_method_required',
      detail: expect.stringContaining('POST /checkout'),
    });
    expect(await query(farebox, 'select 1 from registrations')).toEqual([]);
  });
});

describe('checkout.200 by the catalog', () => {
  it('has the trial of the plan and Stripe Tax, and the account is trialing', async () => {
    const shopper = newShopper();
    const { sessionId, url } = await shopper.open({ plan: 'volume' });
    expect(await stripe(`checkout/sessions/${sessionId}`)).toMatchObject({
      automatic_tax: { enabled: true },
    });
    const token = tokenOn(await shopper.visit(await shopper.pay(url)));
    expect(await query(farebox, 'select status from accounts where email = $1', [shopper.email])).toEqual([
      { status: 'trialing' },
    ]);
    expect((await request(`${farebox.url}/test-service`, bearer(String(token)))).status).toBe(200);
  });
});

describe('without mails', () => {
  it('says that a lost token comes from the operator', async () => {
    const shopper = newShopper();
    const back = await shopper.subscribe();
    expect(tokenOn(await shopper.visit(back))).toBeDefined();
    const again = await shopper.visit(back);
    expect(again.text).toContain('Ask the operator of this API');
    expect(again.text).not.toContain('<form');
    await logged(farebox.app, 'No mails are sent');
  });

  it('tells the operator of a payment that nobody can confirm', async () => {
    const { shopper } = await customer();
    const page = await shopper.visit(await shopper.subscribe('package'));
    expect([page.status, tokenOn(page)]).toEqual([200, undefined]);
    await logged(farebox.app, 'Somebody paid with the email of an account');
  });
});

describe('pricing table', () => {
  it('is embedded with a reference that it does not drop, under a policy for its origin alone', async () => {
    const shopper = newShopper();
    const { json } = await shopper.visit(`${farebox.url}/checkout/options`);
    expect(json['pricingTable']).toEqual({
      script: `${farebox.stripeUrl}/_sandbox/pricing-table.js`,
      id: 'prctbl_of_the_tests',
      publishableKey: 'pk_test_of_the_tests',
      clientReferenceId: expect.stringMatching(/^[\w-]{10,200}$/),
    });
    const page = await shopper.visit(`${farebox.url}/pricing`);
    expect(page.headers.get('content-security-policy')).toContain(
      `script-src 'self' ${farebox.stripeUrl}; style-src 'self'; img-src`,
    );
    expect(page.headers.get('content-security-policy')).toContain(`frame-src ${farebox.stripeUrl}`);
    expect((await shopper.visit(`${farebox.url}/`)).headers.get('content-security-policy')).not.toContain(
      farebox.stripeUrl,
    );
  });

  it('whoever pays by it comes back to the token; nobody else does', async () => {
    const shopper = newShopper();
    const { json } = await shopper.visit(`${farebox.url}/checkout/options`);
    const { clientReferenceId } = json['pricingTable'] as { clientReferenceId: string };
    await post(`${farebox.stripeUrl}/_sandbox/settings`, {
      pricingTableSuccessUrl: `${farebox.url}/checkout/return?session_id={CHECKOUT_SESSION_ID}`,
    });
    const prices = (await stripe('prices?limit=100'))['data'] as { id: string; lookup_key: string }[];
    const chosen = await fetch(`${farebox.stripeUrl}/_sandbox/pricing-table/checkout`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({
        price: String(prices.find(({ lookup_key }) => lookup_key === 'farebox:graduated')?.id),
        'client-reference-id': clientReferenceId,
      }),
    });
    const back = await shopper.pay(String(chosen.headers.get('location')));
    expect((await newShopper().visit(back)).status).toBe(404);
    const page = await shopper.visit(back);
    expect((await request(`${farebox.url}/test-service`, bearer(String(tokenOn(page))))).status).toBe(200);
    expect(
      await query(farebox, 'select plan, subscription_id from accounts where email = $1', [shopper.email]),
    ).toEqual([{ plan: 'graduated', subscription_id: expect.any(String) }]);
    expect(await taxOf(shopper)).toMatchObject({ enabled: true });
  });
});

describe('billing-portal.200', () => {
  it('opens the customer’s own page, where cancelling takes effect at the end of the period', async () => {
    const { token } = await customer();
    const open = () => request(`${farebox.url}/account/billing-portal`, { method: 'POST', ...bearer(token) });
    const { status, json } = await open();
    expect(status).toBe(200);
    const page = await fetch(String(json['url']));
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(`href="${farebox.url}/dashboard"`);
    await open();
    const made = (
      (await stripe('billing_portal/configurations?limit=100'))['data'] as Record<string, unknown>[]
    ).filter(({ is_default: isDefault }) => !isDefault);
    expect(made).toHaveLength(1);
    expect(made[0]?.['features']).toMatchObject({
      subscription_cancel: { enabled: true, mode: 'at_period_end' },
      subscription_update: { enabled: false },
      customer_update: { enabled: false },
    });
  });
});

describe('billing-portal refuses', () => {
  it('401 without a token, 403 for a token of an end user, 503 while Stripe is away', async () => {
    const url = `${farebox.url}/account/billing-portal`;
    expect((await request(url, { method: 'POST' })).status).toBe(401);
    const { token } = await customer();
    const issued = await post(
      `${farebox.url}/account/tokens`,
      { name: 'user', user: 'user-1' },
      { authorization: `Bearer ${token}` },
    );
    const theirs = await request(url, { method: 'POST', ...bearer(String(issued.json['jwt'])) });
    expect([theirs.status, theirs.json['code']]).toEqual([403, 'forbidden']);
    await post(`${farebox.stripeUrl}/_sandbox/faults`, {
      path: '/v1/billing_portal/sessions',
      status: 503,
      times: 2,
    });
    const away = await request(url, { method: 'POST', ...bearer(token) });
    expect([away.status, away.json['code']]).toEqual([503, 'billing_unavailable']);
  });
});
