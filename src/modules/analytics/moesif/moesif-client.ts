import moesif from 'moesif-nodejs';
import moesifapi from 'moesifapi';
import type { Settings } from '../../../platform/config/settings.js';
import { MoesifError, type MoesifFailure } from './moesif-error.js';

/** The API of `moesif-nodejs`, in promises; its own typings lack half of it. */
export interface MoesifClient {
  updateUser(user: object): Promise<void>;
  updateCompany(company: object): Promise<void>;
  /** In the field names of the HTTP API. */
  updateSubscription(subscription: object): Promise<void>;
}

/**
 * Starts the SDK. It keeps its settings process-wide, so there is one client in a process; it never handles requests
 * (it patches the response and keeps calls in memory), and never captures outgoing calls (it would send Stripe's key).
 */
export function createMoesifClient(settings: Settings, applicationId: string): MoesifClient {
  const baseUri = settings.get('MOESIF_BASE_URI');
  const sdk = moesif({
    applicationId,
    logBody: false,
    disableBatching: true,
    // Its own retry after a dropped connection stores twice; ours knows what was sent.
    retry: 0,
    ...(baseUri === undefined ? {} : { baseUri }),
  });
  return {
    updateUser: (user) => settle((done) => void sdk.updateUser(user, done)),
    updateCompany: (company) => settle((done) => void sdk.updateCompany(company, done)),
    // Not through the SDK: its SubscriptionModel drops the items. The SDK itself makes this request with that model.
    updateSubscription: (subscription) =>
      settle((done) => moesifapi.ApiController.updateSubscription(subscription, done)),
  };
}

function settle(call: (done: (failure: MoesifFailure | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((failure) => (failure ? reject(new MoesifError(failure)) : resolve()));
  });
}
