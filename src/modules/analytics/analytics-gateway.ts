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

/** One call of the API as analytics is told of it: who, what, when, how it ended. No bodies, no credentials. */
export interface CallEvent {
  /** The id of the request (UUIDv7). */
  id: string;
  startedAt: Date;
  endedAt: Date;
  verb: string;
  /** Absolute, with masked query. */
  uri: string;
  ip: string;
  requestHeaders: Readonly<Record<string, string>>;
  status: number;
  responseHeaders: Readonly<Record<string, string>>;
  userId?: string;
  companyId?: string;
  /** The id of the token (`jti`), never the token. */
  sessionToken?: string;
  /** The route's pattern. */
  route: string;
  /** Whether the call costs money. */
  monetized: boolean;
}

/** The analytics provider, in our words: port and injection token in one. */
export abstract class AnalyticsGateway {
  /** Whether calls are wanted at all. */
  abstract readonly enabled: boolean;

  /** Tells who the customer is; repeating it updates. @throws {Error} when the provider did not take it. */
  abstract identify(customer: AnalyticsCustomer): Promise<void>;

  /** Sends calls. @throws {Error} when the provider did not take them. */
  abstract sendCalls(calls: readonly CallEvent[]): Promise<void>;
}

/** In place of a provider when none is set up: takes everything, keeps nothing. */
export class NoAnalyticsGateway extends AnalyticsGateway {
  override readonly enabled = false;

  override async identify(): Promise<void> {}

  override async sendCalls(): Promise<void> {}
}
