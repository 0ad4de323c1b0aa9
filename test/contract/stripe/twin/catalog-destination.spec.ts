import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import type { EndpointSecret } from '../../../../src/modules/billing/ports/catalog-sync.js';
import { CatalogAccount, catalogOf, summaryOf } from './catalog-account.js';

const example = readFileSync(new URL('../../../../monetization.yaml', import.meta.url), 'utf8');
const URL_OF_OURS = 'http://127.0.0.1:3000/webhooks/stripe';
const METER_ERRORS = ['v1.billing.meter.error_report_triggered', 'v1.billing.meter.no_meter_found'];

let account: CatalogAccount;
beforeAll(async () => {
  account = await CatalogAccount.open();
});
afterAll(() => account?.close());
beforeEach(() => account.reset());

const change = (id: string, params: Stripe.V2.Core.EventDestinationUpdateParams) =>
  account.stripe.v2.core.eventDestinations.update(id, params);
const ours = async () => {
  const [destination, ...others] = await account.destinations();
  if (!destination || others.length > 0) throw new Error(`there are ${others.length} others`);
  return destination;
};
const byHand = (params: Partial<Stripe.V2.Core.EventDestinationCreateParams> = {}) =>
  account.stripe.v2.core.eventDestinations.create({
    name: 'By hand',
    type: 'webhook_endpoint',
    event_payload: 'thin',
    enabled_events: METER_ERRORS,
    webhook_endpoint: { url: URL_OF_OURS },
    ...params,
  });

describe('the event destination of the thin events', () => {
  it('is made at our address, with the errors of meters', async () => {
    expect(await account.apply(example)).toContain('create event destination rejected usage url events');
    expect(await ours()).toMatchObject({
      event_payload: 'thin',
      type: 'webhook_endpoint',
      status: 'enabled',
      enabled_events: METER_ERRORS,
      webhook_endpoint: { url: URL_OF_OURS },
      metadata: { farebox_receiver: 'farebox', farebox_url: URL_OF_OURS },
    });
  });

  it('that was switched off, pointed elsewhere and robbed of its events is named and mended; what was added stays', async () => {
    await account.apply(example);
    const { id } = await ours();
    await change(id, {
      enabled_events: ['v1.billing.meter.created'],
      webhook_endpoint: { url: 'https://elsewhere.example' },
    });
    await account.stripe.v2.core.eventDestinations.disable(id);
    const told = ['change event destination rejected usage status url events'];
    expect(await account.drift(example)).toEqual(told);
    expect(await account.apply(example)).toEqual(told);
    expect(await ours()).toMatchObject({
      id,
      status: 'enabled',
      webhook_endpoint: { url: URL_OF_OURS },
      enabled_events: ['v1.billing.meter.created', ...METER_ERRORS],
    });
    expect(await account.drift(example)).toEqual([]);
  });

  it('that a person made at our address is found and not doubled, and asks for no secret', async () => {
    const { id } = await byHand({ enabled_events: METER_ERRORS.slice(0, 1) });
    const secrets: EndpointSecret[] = [];
    expect(await account.apply(example, { onSecret: (secret) => secrets.push(secret) })).toContain(
      'change event destination rejected usage events',
    );
    expect(await ours()).toMatchObject({ id, enabled_events: METER_ERRORS });
    expect(secrets.map(({ endpointId }) => endpointId)).not.toContain(id);
  });

  it('of another deployment on the same account stays as it is', async () => {
    await account.apply(example);
    const { id } = await ours();
    const other = account.sync({ PUBLIC_URL: 'http://127.0.0.1:4000' });
    await other.apply(catalogOf(example), { migrate: false });
    const held = await account.destinations();
    expect(held.map(({ webhook_endpoint }) => webhook_endpoint?.url).sort()).toEqual([
      URL_OF_OURS,
      URL_OF_OURS.replace('3000', '4000'),
    ]);
    expect(held.map((one) => one.id)).toContain(id);
    expect(await account.drift(example)).toEqual([]);
  });

  it('is found behind many others', async () => {
    await account.apply(example);
    for (let n = 0; n < 25; n++)
      await byHand({ webhook_endpoint: { url: `https://other.example/${n}` }, name: String(n) });
    expect(await account.drift(example)).toEqual([]);
  });

  it('that was deleted is made anew, within the day too', async () => {
    await account.apply(example);
    const { id } = await ours();
    await account.stripe.v2.core.eventDestinations.del(id);
    await account.apply(example);
    expect((await ours()).id).not.toBe(id);
  });

  it('that was made though the answer was an error is found, and not made again', async () => {
    await byHand();
    const before = (await ours()).id;
    // The first look does not show it; the creation fails; then it is there.
    await account.twin.command('faults', {
      path: '/v2/core/event_destinations',
      method: 'GET',
      status: 200,
      body: { data: [], next_page_url: null, previous_page_url: null },
    });
    await account.twin.command('faults', {
      path: '/v2/core/event_destinations',
      method: 'POST',
      status: 500,
    });
    await account.apply(example);
    expect((await ours()).id).toBe(before);
  });
});

describe('where Stripe lets the key have no event destinations', () => {
  const refuse = (method: string, status: number) =>
    account.twin.command('faults', {
      path: '/v2/core/event_destinations*',
      method,
      status,
      body: { error: { code: 'forbidden', message: 'Not with this key.' } },
    });

  it.each([400, 401, 403, 404])(
    '%s when looking: all the rest is made, and a note says so',
    async (status) => {
      await refuse('GET', status);
      const { changes, notes } = await account.sync().apply(catalogOf(example), { migrate: false });
      expect(summaryOf(changes).filter((line) => line.includes('destination'))).toEqual([]);
      expect(notes).toEqual([expect.stringMatching(/^Stripe lets this key have no .*"Not with this key"/)]);
      expect(await account.drift(example)).toEqual(['create event destination rejected usage url events']);
    },
  );

  it('403 when making it: the same', async () => {
    await refuse('POST', 403);
    const { changes, notes } = await account.sync().apply(catalogOf(example), { migrate: false });
    expect(changes.map(({ kind }) => kind)).not.toContain('event destination');
    expect(notes).toEqual([expect.stringContaining('Not with this key')]);
    expect(await account.destinations()).toEqual([]);
  });

  it.each([429, 500])('%s is a failure all the same', async (status) => {
    await refuse('GET', status);
    await expect(account.apply(example)).rejects.toThrow('billing service');
  });
});
