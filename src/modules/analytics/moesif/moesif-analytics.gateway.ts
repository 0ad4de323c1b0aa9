import type { Clock } from '../../../platform/clock/clock.js';
import { AnalyticsGateway, type AnalyticsCustomer, type CallEvent } from '../analytics-gateway.js';
import { encodeEvent } from './collector-event.js';
import type { MoesifClient } from './moesif-client.js';
import type { MoesifSender } from './moesif-sender.js';
import { Sampling } from './sampling.js';
import { subscriptionProfile } from './subscription-profile.js';

/** The interval of Moesif's own SDK. */
const CONFIG_MAX_AGE_MS = 60_000;

/** Sends customers and calls to Moesif. */
export class MoesifAnalyticsGateway extends AnalyticsGateway {
  override readonly enabled = true;
  private readonly sampling = new Sampling();
  private configAskedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly client: MoesifClient,
    private readonly sender: MoesifSender,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** The company first, so that user and subscription find it. The user's profile holds only the fields of the tutorial. */
  override async identify(customer: AnalyticsCustomer): Promise<void> {
    const { companyId, userId, email, firstname, lastname, plan } = customer;
    const modifiedTime = this.clock.now().toISOString();
    await this.client.updateCompany({ companyId, modifiedTime, metadata: { plan } });
    await this.client.updateUser({
      userId,
      companyId,
      modifiedTime,
      metadata: { email, firstName: firstname, lastName: lastname },
    });
    await this.client.updateSubscription(subscriptionProfile(customer));
  }

  override weigh(call: CallEvent): number {
    if (this.clock.ms() - this.configAskedAt > CONFIG_MAX_AGE_MS) {
      this.configAskedAt = this.clock.ms();
      // Without an answer the last known configuration applies; at first, every call is sent.
      this.sender.config().then(
        (config) => this.sampling.update(config),
        () => undefined,
      );
    }
    return this.sampling.weigh(call);
  }

  override encode(call: CallEvent, weight: number): string {
    return encodeEvent(call, weight);
  }

  override send(calls: readonly Buffer[]): Promise<void> {
    return this.sender.send(calls);
  }
}
