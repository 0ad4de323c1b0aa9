import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import type { Catalog, Plan } from '../../../catalog/index.js';
import { Settings } from '../../../platform/config/settings.js';
import type { Finding } from '../../../platform/health/finding.js';
import { BillingDiagnostics, METER_PROBLEMS } from '../ports/diagnostics.js';
import { CatalogSync } from '../ports/catalog-sync.js';
import { examineClock } from './examine-clock.js';
import { examineDebts } from './examine-debts.js';
import { examineBillingMode } from './examine-billing-mode.js';
import { examineDoubles } from './examine-doubles.js';
import { examineEndpoints } from './examine-endpoints.js';
import { examinePauses } from './examine-pauses.js';
import { examineTax } from './examine-tax.js';
import { stateOf } from './provider-meter.js';
import { StripeClock } from './stripe-clock.js';

/** The permissions of a restricted key, each with a request that needs it and changes nothing. docs/operations.md lists them. */
const PERMISSIONS = [
  ['Customers: write', (stripe: Stripe) => stripe.customers.list({ limit: 1 })],
  ['Subscriptions: write', (stripe: Stripe) => stripe.subscriptions.list({ limit: 1 })],
  ['Products: write', (stripe: Stripe) => stripe.products.list({ limit: 1 })],
  ['Prices: write', (stripe: Stripe) => stripe.prices.list({ limit: 1 })],
  ['Billing meters: write', (stripe: Stripe) => stripe.billing.meters.list({ limit: 1 })],
  ['Checkout sessions: write', (stripe: Stripe) => stripe.checkout.sessions.list({ limit: 1 })],
  ['Invoices: write', (stripe: Stripe) => stripe.invoices.list({ limit: 1 })],
  ['Customer portal: write', (stripe: Stripe) => stripe.billingPortal.configurations.list({ limit: 1 })],
  ['Webhook endpoints: write', (stripe: Stripe) => stripe.webhookEndpoints.list({ limit: 1 })],
] as const satisfies readonly (readonly [string, (stripe: Stripe) => Promise<unknown>])[];

const METER_ADVICE =
  'Farebox reports to active meters with the formula "sum" and no event time window. Give the meter another eventName in the catalog, or activate it in Stripe, then run: npm run farebox -- catalog apply';

@Injectable()
export class StripeDiagnostics extends BillingDiagnostics {
  constructor(
    private readonly stripe: Stripe,
    private readonly settings: Settings,
    private readonly catalogSync: CatalogSync,
    private readonly clock: StripeClock,
  ) {
    super();
  }

  override async examine(catalog: Catalog): Promise<Finding[]> {
    const key = await this.examineKey();
    if (key.some(({ level }) => level === 'problem')) return key;
    const rest = await Promise.all([
      this.examinePermissions(),
      this.examinePlans(catalog),
      examineEndpoints(this.stripe, this.settings),
      this.examineDrift(catalog),
      examineDoubles(this.stripe),
      examineBillingMode(this.stripe),
      examineTax(this.stripe, catalog),
      examineDebts(this.stripe),
      examinePauses(this.stripe),
    ]);
    return [...key, examineClock(this.clock.skewMs), ...rest.flat()];
  }

  private async examineKey(): Promise<Finding[]> {
    const check = 'Stripe accepts the key';
    try {
      const { livemode } = await this.stripe.balance.retrieve();
      const expected = this.settings.live;
      const mode = livemode ? 'live mode: money is real' : 'test mode';
      if (livemode === expected)
        return [{ check, level: 'ok', message: `accepted, ${mode}` }, ...this.examineModes()];
      return [
        {
          check,
          level: 'problem',
          message: `Stripe answers in ${mode}, the key says otherwise`,
          advice: 'Check STRIPE_KEY and STRIPE_API_BASE.',
        },
      ];
    } catch (error) {
      if (error instanceof Stripe.errors.StripePermissionError)
        return [{ check, level: 'ok', message: 'accepted (a restricted key)' }];
      const refused = error instanceof Stripe.errors.StripeAuthenticationError;
      return [
        {
          check,
          level: 'problem',
          message: refused ? 'Stripe refuses the key' : 'Stripe cannot be reached',
          advice: refused ? 'Check STRIPE_KEY.' : 'Check the network and, if set, STRIPE_API_BASE.',
        },
      ];
    }
  }

  /** The publishable key must be of the same mode as the secret one. */
  private examineModes(): Finding[] {
    const publishable = this.settings.get('STRIPE_PUBLISHABLE_KEY');
    if (publishable === undefined) return [];
    const check = 'The keys are of one mode';
    if (publishable.startsWith('pk_live_') === this.settings.live)
      return [{ check, level: 'ok', message: 'they are' }];
    return [
      {
        check,
        level: 'problem',
        message: 'one is a test key and one a live key',
        advice: 'Take STRIPE_KEY and STRIPE_PUBLISHABLE_KEY from the same mode.',
      },
    ];
  }

  private async examinePermissions(): Promise<Finding[]> {
    return Promise.all(
      PERMISSIONS.map(async ([permission, request]): Promise<Finding> => {
        const check = `The key may: ${permission}`;
        try {
          await request(this.stripe);
          return { check, level: 'ok', message: 'readable' };
        } catch (error) {
          const lacking = error instanceof Stripe.errors.StripePermissionError;
          return {
            check,
            level: 'problem',
            message: lacking ? 'the key lacks the permission' : 'the request failed',
            advice: lacking
              ? 'Add the permission to the restricted key in the Stripe dashboard.'
              : 'Run doctor again; the log of Stripe may say more.',
          };
        }
      }),
    );
  }

  private async examineDrift(catalog: Catalog): Promise<Finding> {
    const check = 'Stripe matches the catalog';
    try {
      const { changes } = await this.catalogSync.compare(catalog, { migrate: false });
      // Endpoints and the event destination are checked separately.
      const differing = changes.filter(
        ({ action, kind }) => action !== 'none' && kind !== 'webhook' && kind !== 'event destination',
      );
      if (differing.length === 0) return { check, level: 'ok', message: 'it is' };
      const names = differing.map(({ kind, name }) => `${kind} ${name}`);
      return {
        check,
        level: 'warning',
        message: `${differing.length} differ: ${[...new Set(names)].join(', ')}`,
        advice: 'See: npm run farebox -- catalog drift',
      };
    } catch {
      return { check, level: 'warning', message: 'they could not be compared' };
    }
  }

  private async examinePlans(catalog: Catalog): Promise<Finding[]> {
    return Promise.all(catalog.plans.map((plan) => this.examinePlan(plan)));
  }

  private async examinePlan(plan: Plan): Promise<Finding> {
    const check = `The price of plan "${plan.id}" is metered`;
    const price = await this.findPrice(plan);
    if (!price) {
      const advice =
        'stripePriceId' in plan.price ? 'Check STRIPE_PRICE_KEY.' : 'Run: npm run farebox -- catalog apply';
      return { check, level: 'problem', message: 'Stripe has no such price', advice };
    }
    if (!price.active)
      return {
        check,
        level: 'problem',
        message: 'the price is archived',
        advice: 'Activate it in Stripe, or choose another.',
      };
    if (price.recurring?.meter) return this.examineMeter(check, price.recurring.meter);
    return {
      check,
      level: 'problem',
      message: 'the price has no meter: usage could not be billed',
      advice: 'Make a metered price, with "usage is metered" on.',
    };
  }

  private async examineMeter(check: string, id: string): Promise<Finding> {
    try {
      const state = stateOf(await this.stripe.billing.meters.retrieve(id));
      if (state === 'usable') return { check, level: 'ok', message: `meter ${id}` };
      return {
        check,
        level: 'problem',
        message: `its meter ${id}: ${METER_PROBLEMS[state]}`,
        advice: METER_ADVICE,
      };
    } catch {
      return { check, level: 'warning', message: `its meter ${id} could not be read` };
    }
  }

  private async findPrice(plan: Plan): Promise<Stripe.Price | undefined> {
    try {
      if ('stripePriceId' in plan.price) return await this.stripe.prices.retrieve(plan.price.stripePriceId);
      return (await this.stripe.prices.list({ lookup_keys: [plan.price.lookupKey], limit: 1 })).data[0];
    } catch {
      return undefined;
    }
  }
}
