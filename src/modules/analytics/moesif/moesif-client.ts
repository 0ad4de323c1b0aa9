import moesif from 'moesif-nodejs';
import moesifapi from 'moesifapi';
import type { Settings } from '../../../platform/config/settings.js';

/** What `moesif-nodejs` and `moesifapi` take and give, in promises; their own typings lack half of it. */
export interface MoesifClient {
  updateUser(user: object): Promise<void>;
  updateCompany(company: object): Promise<void>;
  updateSubscription(subscription: object): Promise<void>;
  createEventsBatch(events: readonly object[]): Promise<void>;
}

/** They report failures as plain objects. `errorResponse` is left out: it may quote what was sent. */
interface MoesifFailure {
  errorMessage?: string;
  errorCode?: string | number;
}

export class MoesifError extends Error {
  constructor(failure: MoesifFailure | Error) {
    const { errorMessage, errorCode } = failure as MoesifFailure;
    super(`Moesif did not take it: ${errorMessage ?? 'no reason given'} (${errorCode ?? 'no code'})`);
    this.name = 'MoesifError';
  }
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
    // Its own retry after a cut connection stores events twice; ours knows what was sent.
    retry: 0,
    ...(baseUri === undefined ? {} : { baseUri }),
  });
  return {
    updateUser: (user) => settle((done) => void sdk.updateUser(user, done)),
    updateCompany: (company) => settle((done) => void sdk.updateCompany(company, done)),
    updateSubscription: (subscription) => settle((done) => void sdk.updateSubscription(subscription, done)),
    createEventsBatch: (events) =>
      settle((done) =>
        moesifapi.ApiController.createEventsBatch(
          events.map((event) => new moesifapi.EventModel(event)),
          done,
        ),
      ),
  };
}

function settle(call: (done: (failure: MoesifFailure | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((failure) => (failure ? reject(new MoesifError(failure)) : resolve()));
  });
}
