import { v7 } from 'uuid';
import type { LedgerEntry } from '../../../src/modules/ledger/store/ledger-entry.js';
import { type Answer, bearer, post, request } from '../../support/farebox.js';
import type { Invoice } from './compare.js';
import type { YearWorld } from './year-world.js';

/** Somebody who has signed up. */
export interface Member {
  name: string;
  token: string;
  customerId: string;
  accountId: string;
  subscriptionId: string;
}

/** What customers do at the application, and what is done for them at Stripe. */
export class People {
  constructor(private readonly world: YearWorld) {}

  /** @param classic whether their subscription becomes one in the classic billing mode, made in the dashboard */
  async signUp(name: string, plan: string, { classic = false } = {}): Promise<Member> {
    const { world } = this;
    const email = `${name.replaceAll(' ', '-')}@example.com`;
    const { status, json, text } = await post(`${world.appUrl}/register`, {
      email,
      firstname: 'Ada',
      lastname: name,
      plan,
    });
    if (status !== 200) throw new Error(`${name} could not register: ${text}`);
    const customerId = String(json['customerId']);
    const [account] = await world.query<{ id: string }>(
      `select id from accounts where customer_id = '${customerId}'`,
    );
    const member: Member = {
      name,
      customerId,
      token: String(json['jwt']),
      accountId: String(account?.id),
      subscriptionId: String(json['subscriptionId']),
    };
    await this.useCard(member, 'pm_card_visa');
    // What is paid ahead waits for the card, as it does on the page that a person would be shown.
    for (const { id, status: state } of await world.stripe.list<Invoice>('invoices', {
      customer: customerId,
    }))
      if (state === 'open') await world.stripe.post(`invoices/${id}/pay`);
    if (classic) await this.replaceByClassic(member);
    await world.listen();
    return member;
  }

  async useCard({ customerId }: Member, card: string): Promise<void> {
    const method = await this.world.stripe.post(`payment_methods/${card}/attach`, { customer: customerId });
    await this.world.stripe.post(`customers/${customerId}`, {
      'invoice_settings[default_payment_method]': String(method['id']),
    });
  }

  /** As an operator does in the dashboard: another subscription on the same prices, and the first one ends. */
  private async replaceByClassic(member: Member): Promise<void> {
    const { stripe } = this.world;
    const former = await stripe.get(`subscriptions/${member.subscriptionId}`);
    const items = (former['items'] as { data: { price: { id: string } }[] }).data;
    await stripe.delete(`subscriptions/${member.subscriptionId}`);
    const { id } = await stripe.post('subscriptions', {
      customer: member.customerId,
      'billing_mode[type]': 'classic',
      ...Object.fromEntries(items.map(({ price }, n) => [`items[${n}][price]`, price.id])),
    });
    member.subscriptionId = String(id);
  }

  /** `POST /account/…`, answered whatever it is. */
  async ask({ token }: Member, what: string, body: object = {}): Promise<Answer> {
    return post(`${this.world.appUrl}/account/${what}`, body, { authorization: `Bearer ${token}` });
  }

  async account({ token }: Member): Promise<Answer['json']> {
    return (await request(`${this.world.appUrl}/account`, bearer(token))).json;
  }

  /** A paid call over HTTP. @returns when it was made, milliseconds */
  async call({ name, token }: Member): Promise<number> {
    const { status, text } = await request(`${this.world.appUrl}/test-service`, bearer(token));
    if (status !== 200) throw new Error(`${name}: a call was answered with ${status} ${text}`);
    return this.world.now;
  }

  /** Ends the subscription in the dashboard, where `invoice_now` may be forgotten. */
  async endInDashboard({ subscriptionId }: Member, { invoice }: { invoice: boolean }): Promise<void> {
    await this.world.stripe.delete(`subscriptions/${subscriptionId}`, invoice ? { invoice_now: 'true' } : {});
  }

  /** @returns how many were voided */
  async voidOpenInvoices({ customerId }: Member): Promise<number> {
    const open = await this.world.stripe.list<Invoice>('invoices', { customer: customerId, status: 'open' });
    for (const { id } of open) await this.world.stripe.post(`invoices/${id}/void`);
    return open.length;
  }
}

/** A call as the ledger has it. @param at milliseconds since the epoch */
export function entryOf(
  { customerId, accountId, subscriptionId }: Member,
  plan: string,
  at: number,
): LedgerEntry {
  return {
    call: {
      id: v7({ msecs: at }),
      accountId,
      customerId,
      subscriptionId,
      plan,
      companyId: subscriptionId,
      userId: customerId,
      sessionId: customerId,
      route: '/test-service',
      verb: 'GET',
      path: '/test-service',
      status: 200,
      startedAt: at,
      durationUs: 500,
      units: 0,
      corrects: null,
      headers: '',
    },
    exchange: null,
    answer: null,
    releasedKey: null,
  };
}
