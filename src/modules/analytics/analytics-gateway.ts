import type { Finding } from '../../platform/health/finding.js';

/** A customer as analytics knows it: the company that pays, its subscription, and the user. Times are UTC. */
export interface AnalyticsCustomer {
  companyId: string;
  userId: string;
  email: string;
  firstname: string;
  lastname: string;
  plan: string;
  subscription: { id: string; status: string; periodStart: Date; periodEnd: Date; createdAt: Date };
}

/** One API call as sent to analytics: caller, request, time, outcome. No credentials, nothing personal. */
export interface CallEvent {
  /** The id of the request (UUIDv7). */
  id: string;
  startedAt: Date;
  endedAt: Date;
  verb: string;
  /** Absolute, with masked query. */
  uri: string;
  /** The version of the API document. */
  apiVersion: string;
  ip: string;
  requestHeaders: Readonly<Record<string, string>>;
  /** Masked JSON, where the route asks for it. */
  requestBody?: unknown;
  status: number;
  responseHeaders: Readonly<Record<string, string>>;
  responseBody?: unknown;
  userId?: string;
  companyId?: string;
  /** The id of the token (`jti`), never the token. */
  sessionToken?: string;
  /** The route's pattern. */
  route: string;
  /** Whether the call costs money. */
  monetized: boolean;
}

/** The provider will never accept these calls: one of them is invalid. */
export class CallsRefusedError extends Error {
  override name = 'CallsRefusedError';

  constructor(
    /** The provider's status, as a text. */
    readonly reason: string,
  ) {
    super(`the analytics provider refuses calls for what is in them (${reason})`);
  }
}

/** The analytics provider, in our words: port and injection token in one. */
export abstract class AnalyticsGateway {
  /** Whether calls are sent at all. */
  abstract readonly enabled: boolean;

  /** Sends the customer's profile; repeating it updates. @throws {Error} when the provider did not accept it. */
  abstract identify(customer: AnalyticsCustomer): Promise<void>;

  /** How many calls this one represents, by the provider's sampling; 0 when it is not wanted. Not for paid calls. */
  abstract weigh(call: CallEvent): number;

  /** The call in the provider's format: one line of JSON. */
  abstract encode(call: CallEvent, weight: number): string;

  /**
   * Sends encoded calls: UTF-8, each part one or more lines of JSON. Calls may arrive more than once, when the response
   * was lost.
   * @throws {CallsRefusedError} when one of them will never be accepted.
   * @throws {Error} when the provider cannot be reached or is not ready; try again later.
   */
  abstract send(calls: readonly Buffer[]): Promise<void>;
}

/** Analytics is off: nothing is sent or kept. */
export class NoAnalyticsGateway extends AnalyticsGateway {
  override readonly enabled = false;
  override async identify(): Promise<void> {}
  override weigh(): number {
    return 0;
  }
  override encode(): string {
    return '';
  }
  override async send(): Promise<void> {}
}

/** Checks whether the analytics provider accepts our key; leaves nothing behind. */
export abstract class AnalyticsDiagnostics {
  abstract examine(): Promise<Finding[]>;
}
