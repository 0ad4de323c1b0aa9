import { AnalyticsGateway, type AnalyticsCustomer, type CallEvent } from '../analytics-gateway.js';
import type { MoesifClient } from './moesif-client.js';

/** Tells Moesif of customers and calls. */
export class MoesifAnalyticsGateway extends AnalyticsGateway {
  override readonly enabled = true;

  constructor(private readonly client: MoesifClient) {
    super();
  }

  /** The company first, so that user and subscription find it. The user's profile holds what the tutorial names, no more. */
  override async identify(customer: AnalyticsCustomer): Promise<void> {
    const { companyId, userId, email, firstname, lastname, plan, subscription } = customer;
    const modifiedTime = new Date().toISOString();
    await this.client.updateCompany({ companyId, modifiedTime, metadata: { plan } });
    await this.client.updateUser({
      userId,
      companyId,
      modifiedTime,
      metadata: { email, firstName: firstname, lastName: lastname },
    });
    await this.client.updateSubscription({
      subscriptionId: subscription.id,
      companyId,
      status: subscription.status,
      currentPeriodStart: subscription.periodStart.toISOString(),
      currentPeriodEnd: subscription.periodEnd.toISOString(),
      metadata: { plan },
    });
  }

  override async sendCalls(calls: readonly CallEvent[]): Promise<void> {
    await this.client.createEventsBatch(calls.map(collectorEvent));
  }
}

/** https://www.moesif.com/docs/api#create-events-batch, in the camel case that `moesifapi` turns into the wire's names. */
function collectorEvent(call: CallEvent): object {
  return {
    request: {
      time: call.startedAt.toISOString(),
      uri: call.uri,
      verb: call.verb,
      headers: call.requestHeaders,
      ipAddress: call.ip,
    },
    response: { time: call.endedAt.toISOString(), status: call.status, headers: call.responseHeaders },
    userId: call.userId,
    companyId: call.companyId,
    sessionToken: call.sessionToken,
    metadata: { transaction_id: call.id, route: call.route, monetized: call.monetized },
    direction: 'Incoming',
    weight: 1,
  };
}
