import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Topics } from '../../../platform/topics/topics.js';
import { SUBSCRIPTION_REPLACED } from '../../accounts/index.js';
import { SubscriptionEnding } from '../subscription-gateway.js';

/** Ends subscriptions that a newly paid one replaced, each with a final invoice. */
@Injectable()
export class ReplacedSubscriptions implements OnModuleInit {
  constructor(
    private readonly gateway: SubscriptionEnding,
    private readonly topics: Topics,
  ) {}

  onModuleInit(): void {
    // Its former name, from registration: messages of older processes are stored under it.
    this.topics.subscribe(
      SUBSCRIPTION_REPLACED,
      'registration.end-replaced-subscription',
      ({ customerId, subscriptionId }) => this.gateway.endSubscription(customerId, subscriptionId),
    );
  }
}
