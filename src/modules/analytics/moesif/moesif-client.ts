import moesif from 'moesif-nodejs';
import moesifapi from 'moesifapi';
import type { Settings } from '../../../platform/config/settings.js';
import { MoesifError, type MoesifFailure } from './moesif-error.js';

/** What `moesif-nodejs` takes and gives, in promises; its own typings lack half of it. */
export interface MoesifClient {
  updateUser(user: object): Promise<void>;
  updateCompany(company: object): Promise<void>;
  /** In the words of the wire. */
  updateSubscription(subscription: object): Promise<void>;
}

/**
 * Starts the SDK. It keeps its settings process-wide, so there is one client in a process; it is never put in front of
 * requests (it patches the response and keeps calls in memory), and never told to capture outgoing calls (it would
 * ship Stripe's key).
 */
export function createMoesifClient(settings: Settings, applicationId: string): MoesifClient {
  const baseUri = settings.get('MOESIF_BASE_URI');
  const sdk = moesif({
    applicationId,
    logBody: false,
    disableBatching: true,
    // Its own retry after a cut connection stores twice; ours knows what was sent.
    retry: 0,
    ...(baseUri === undefined ? {} : { baseUri }),
  });
  return {
    updateUser: (user) => settle((done) => void sdk.updateUser(user, done)),
    updateCompany: (company) => settle((done) => void sdk.updateCompany(company, done)),
    // Not through the SDK: its SubscriptionModel drops the items. This is what the SDK itself calls with that model.
    updateSubscription: (subscription) =>
      settle((done) => moesifapi.ApiController.updateSubscription(subscription, done)),
  };
}

function settle(call: (done: (failure: MoesifFailure | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((failure) => (failure ? reject(new MoesifError(failure)) : resolve()));
  });
}
