import type Stripe from 'stripe';
import { seconds } from '../state/clock.js';
import type { AccountRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { newId } from '../wire/ids.js';
import type { Wire } from '../state/wire.js';

const ROW = 'account';

/** `GET /v1/account` and `GET /v1/balance`: what tells a key's owner that the key works, and in which mode. */
export function accountEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('GET', '/v1/account', {}, () => accountOf(twin)),
    endpoint('GET', '/v1/accounts/:id', {}, ({ id }) => {
      const account = accountOf(twin);
      if (id !== account.id) throw noSuchResource('account', id);
      return account;
    }),
    endpoint('GET', '/v1/balance', {}, (): Wire<Stripe.Balance> => {
      const nothing = [{ amount: 0, currency: 'usd', source_types: { card: 0 } }];
      return { object: 'balance', available: nothing, livemode: false, pending: nothing };
    }),
  ];
}

function accountOf(twin: Twin): AccountRow {
  return twin.account.get(ROW) ?? twin.account.put(ROW, newAccount(twin));
}

function newAccount(twin: Twin): AccountRow {
  return {
    id: newId('acct', 16),
    object: 'account',
    business_profile: {
      annual_revenue: null,
      estimated_worker_count: null,
      mcc: null,
      minority_owned_business_designation: null,
      name: 'Farebox sandbox',
      product_description: null,
      specified_commercial_transactions_act_url: null,
      support_address: null,
      support_email: null,
      support_phone: null,
      support_url: null,
      url: null,
    },
    business_type: null,
    capabilities: {},
    charges_enabled: true,
    controller: { type: 'account' },
    country: 'US',
    created: seconds(twin.clock),
    default_currency: 'usd',
    details_submitted: true,
    email: null,
    metadata: {},
    payouts_enabled: true,
    type: 'standard',
  };
}
