import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { openTarget, refusal, type Target } from '../../../packages/stripe-twin/test/support/target.js';

/** The calls by which `stripe trigger` of Stripe's CLI brings about the events of invoices, and the events that come. */
let target: Target;
let stripe: Stripe;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterAll(() => target.close());

const DESCRIPTION = '(created by Stripe CLI)';

async function draft(params: Partial<Stripe.InvoiceCreateParams> = {}): Promise<Stripe.Invoice> {
  const { id: customer } = await stripe.customers.create({
    email: 'bob@example.com',
    description: DESCRIPTION,
  });
  await stripe.invoiceItems.create({ customer, amount: 2000, currency: 'usd', description: DESCRIPTION });
  return stripe.invoices.create({
    customer,
    description: DESCRIPTION,
    pending_invoice_items_behavior: 'include',
    ...params,
  });
}

async function open(): Promise<Stripe.Invoice> {
  return stripe.invoices.finalizeInvoice((await draft()).id);
}

async function withCard(name: string): Promise<{ invoice: string; payment_method: string }> {
  const { id, customer } = await draft();
  const method = await stripe.paymentMethods.attach(name, { customer: String(customer) });
  return { invoice: id, payment_method: method.id };
}

/** Each resolves with the id of the object whose event it is. */
const triggers: Partial<Record<Stripe.Event['type'], () => Promise<string>>> = {
  'invoice.created': async () => (await draft()).id,
  'invoice.updated': async () => {
    const { id } = await draft();
    return (await stripe.invoices.update(id, { metadata: { foo: 'bar' } })).id;
  },
  'invoice.deleted': async () => (await stripe.invoices.del((await draft()).id)).id,
  'invoice.finalized': async () => (await open()).id,
  'invoice.paid': async () => {
    const { invoice, payment_method } = await withCard('pm_card_visa');
    return (await stripe.invoices.pay(invoice, { payment_method })).id;
  },
  'invoice.payment_failed': async () => {
    const { invoice, payment_method } = await withCard('pm_card_chargeCustomerFail');
    expect(await refusal(stripe.invoices.pay(invoice, { payment_method }))).toMatchObject({
      type: 'StripeCardError',
    });
    return invoice;
  },
  'invoice.voided': async () => (await stripe.invoices.voidInvoice((await open()).id)).id,
  'invoice.marked_uncollectible': async () => (await stripe.invoices.markUncollectible((await open()).id)).id,
  'invoice.sent': async () => {
    const { id } = await draft({ collection_method: 'send_invoice', days_until_due: 7 });
    return (await stripe.invoices.sendInvoice(id)).id;
  },
  'credit_note.updated': async () => {
    const { id: invoice } = await open();
    const { id } = await stripe.creditNotes.create({
      invoice,
      lines: [{ type: 'custom_line_item', unit_amount: 1000, quantity: 1, description: DESCRIPTION }],
    });
    return (await stripe.creditNotes.update(id, { metadata: { foo: 'bar' } })).id;
  },
};

it.each(Object.entries(triggers))('%s', async (type, trigger) => {
  const id = await trigger();
  const { data } = await stripe.events.list({ type, limit: 10 });
  expect(data.map((event) => (event.data.object as { id: string }).id)).toContain(id);
});

it('invoices.sendInvoice.200 makes a draft final, and sends one that is open or paid again', async () => {
  const { id } = await draft({ collection_method: 'send_invoice', days_until_due: 7 });
  expect(await stripe.invoices.sendInvoice(id)).toMatchObject({ id, status: 'open', amount_due: 2000 });
  expect(await stripe.invoices.sendInvoice(id)).toMatchObject({ status: 'open' });
  await stripe.invoices.pay(id, { paid_out_of_band: true });
  expect(await stripe.invoices.sendInvoice(id)).toMatchObject({ status: 'paid' });
});

it('invoices.sendInvoice.400 of one that is charged automatically, or void', async () => {
  expect((await refusal(stripe.invoices.sendInvoice((await draft()).id))).statusCode).toBe(400);
  const { id } = await draft({ collection_method: 'send_invoice', days_until_due: 7 });
  await stripe.invoices.finalizeInvoice(id);
  await stripe.invoices.voidInvoice(id);
  expect((await refusal(stripe.invoices.sendInvoice(id))).statusCode).toBe(400);
});

it('creditNotes.update.200 changes memo and metadata, and nothing else', async () => {
  const { id: invoice } = await open();
  const note = await stripe.creditNotes.create({ invoice, amount: 500, metadata: { kept: 'yes' } });
  const changed = await stripe.creditNotes.update(note.id, { memo: 'Sorry', metadata: { foo: 'bar' } });
  expect(changed).toEqual({
    ...note,
    memo: 'Sorry',
    metadata: { kept: 'yes', foo: 'bar' },
  });
  expect((await stripe.creditNotes.retrieve(note.id)).memo).toBe('Sorry');
});
