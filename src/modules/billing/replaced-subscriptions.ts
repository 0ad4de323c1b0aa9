import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Topics } from '../../platform/topics/topics.js';
import { SUBSCRIPTION_REPLACED } from '../accounts/index.js';
import { CheckoutGateway } from './checkout-gateway.js';

/** Ends subscriptions that were replaced by one that was paid for, each with a last invoice. */
@Injectable()
export class ReplacedSubscriptions implements OnModuleInit {
  constructor(
    private readonly gateway: CheckoutGateway,
    private readonly topics: Topics,
  ) {}

  onModuleInit(): void {
    // The name that it had in registration: what older processes published stands under it.
    this.topics.subscribe(
      SUBSCRIPTION_REPLACED,
      'registration.end-replaced-subscription',
      ({ customerId, subscriptionId }) => this.gateway.endSubscription(customerId, subscriptionId),
    );
  }
}
