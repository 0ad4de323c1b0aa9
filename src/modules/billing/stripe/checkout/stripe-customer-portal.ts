import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import Stripe from 'stripe';
import { CustomerPortalGateway } from '../../ports/checkout-gateway.js';
import { expectObject, translateStripeError } from '../stripe-errors.js';
import { Role } from '../../../../platform/lifecycle/role.js';

const MARK = 'farebox_portal';
/** Increased with changes of `FEATURES`: earlier portal configurations stay unchanged and are no longer used. */
const VERSION = '1';

/**
 * The actions allowed to customers on Stripe's pages. No plan change, which must bill the usage of the old plan first;
 * no immediate cancellation, which would discard usage; no change of email, which identifies accounts.
 */
const FEATURES: Stripe.BillingPortal.ConfigurationCreateParams.Features = {
  invoice_history: { enabled: true },
  payment_method_update: { enabled: true },
  subscription_cancel: { enabled: true, mode: 'at_period_end' },
  subscription_update: { enabled: false },
  customer_update: { enabled: false },
};

/** Stripe's customer portal, under a configuration of our own. */
@Injectable()
export class StripeCustomerPortal extends CustomerPortalGateway implements OnApplicationBootstrap {
  private configuration: Promise<string> | undefined;

  constructor(
    private readonly stripe: Stripe,
    private readonly role: Role,
  ) {
    super();
  }

  /** So that opening it is one request; when this fails, it is created when first opened. */
  onApplicationBootstrap(): void {
    if (!this.role.answersRequests) return;
    // Of processes that start concurrently, one creates it.
    const configuration = this.findOrMake({ idempotencyKey: `farebox:portal:${VERSION}` });
    this.configuration = configuration;
    configuration.catch(() => {
      if (this.configuration === configuration) this.configuration = undefined;
    });
  }

  override async open(customerId: string, returnUrl: string): Promise<string> {
    try {
      const session = expectObject(
        await this.stripe.billingPortal.sessions.create({
          customer: customerId,
          configuration: await this.configurationId(),
          return_url: returnUrl,
        }),
        'billing_portal.session',
      );
      return session.url;
    } catch (error) {
      // The configuration may have been disabled: search for it again.
      this.configuration = undefined;
      throw translateStripeError(error);
    }
  }

  private configurationId(): Promise<string> {
    this.configuration ??= this.findOrMake();
    return this.configuration;
  }

  private async findOrMake(options: Stripe.RequestOptions = {}): Promise<string> {
    for await (const { id, metadata } of this.stripe.billingPortal.configurations.list({
      active: true,
      limit: 100,
    }))
      if (metadata?.[MARK] === VERSION) return id;
    const made = await this.stripe.billingPortal.configurations.create(
      { features: FEATURES, metadata: { [MARK]: VERSION } },
      options,
    );
    return expectObject(made, 'billing_portal.configuration').id;
  }
}
