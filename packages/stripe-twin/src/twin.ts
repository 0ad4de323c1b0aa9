import { join } from 'node:path';
import { CollectionStore } from '@farebox/twin-kit';
import { Deliveries, type PendingDelivery } from './events/deliveries.js';
import { EventLog } from './events/event-log.js';
import { MeterErrorReports } from './events/meter-error-reports.js';
import { Outbox } from './events/outbox.js';
import { ThinEventLog } from './events/thin-events.js';
import type { PortalConfigurationRow, PortalSessionRow } from './state/portal-rows.js';
import { checkoutSessionIndexes, type CheckoutSessionRow } from './state/session-rows.js';
import { MeterEventStore, type MeterEventRow } from './state/meter-event-store.js';
import { Timeline } from './state/timeline.js';
import { BillingTime } from './state/billing-time.js';
import type { Clock } from './state/clock.js';
import { MeterLags, type MeterLagRow } from './state/meter-lags.js';
import {
  chargeIndexes,
  creditNoteIndexes,
  customerIndexes,
  disputeIndexes,
  invoiceIndexes,
  invoiceItemIndexes,
  invoicePaymentIndexes,
  meterIndexes,
  paymentIntentIndexes,
  paymentMethodIndexes,
  priceIndexes,
  refundIndexes,
  scheduleIndexes,
  subscriptionIndexes,
  type AccountRow,
  type ChargeRow,
  type CreditNoteRow,
  type CustomerRow,
  type DisputeRow,
  type EventDestinationRow,
  type InvoiceItemRow,
  type InvoicePaymentRow,
  type InvoiceRow,
  type MeterRow,
  type PaymentIntentRow,
  type PaymentMethodRow,
  type PriceRow,
  type ProductRow,
  type RefundRow,
  type SubscriptionRow,
  type SubscriptionScheduleRow,
  type TestClockRow,
  type WebhookEndpointRow,
} from './state/rows.js';
import { FinalizationFaults } from './state/finalization-faults.js';
import { Settings, type SettingsValues } from './state/settings.js';
import { Table } from './state/table.js';
import { IdempotencyKeys, type StoredAnswer } from './wire/idempotency.js';

/** All state of the twin. Every kind of object is one table; what must happen together is one transaction. */
export class Twin {
  readonly store: CollectionStore;
  readonly settings: Settings;
  /** The time of the twin: that of the machine, moved by a setting. */
  readonly clock: Clock;
  /** The time of each customer: the twin's, or that of a test clock. */
  readonly time: BillingTime;
  /** Where its pages are, for the addresses that it hands out; known once it listens. */
  origin = 'http://127.0.0.1';
  readonly account;
  readonly customers;
  readonly deletedCustomers;
  readonly products;
  readonly prices;
  readonly meters;
  readonly meterEvents: MeterEventStore;
  readonly meterLags: MeterLags;
  readonly paymentMethods;
  readonly testClocks;
  readonly subscriptions;
  readonly schedules;
  readonly invoices;
  readonly invoiceItems;
  readonly invoicePayments;
  readonly paymentIntents;
  readonly charges;
  readonly refunds;
  readonly creditNotes;
  readonly disputes;
  readonly checkoutSessions;
  readonly portalConfigurations;
  readonly portalSessions;
  readonly webhookEndpoints;
  readonly eventDestinations;
  readonly timeline: Timeline;
  readonly log: EventLog;
  readonly thinLog: ThinEventLog;
  readonly outbox: Outbox;
  readonly deliveries: Deliveries;
  readonly meterErrors: MeterErrorReports;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly finalizationFaults = new FinalizationFaults();

  constructor(dataDir: string, machineClock: Clock) {
    const store = CollectionStore.open(join(dataDir, 'stripe.journal'));
    this.store = store;
    this.settings = new Settings(store.collection<SettingsValues>('settings'));
    this.clock = { now: () => machineClock.now() + this.settings.values.clockOffsetMs };
    this.account = store.collection<AccountRow>('account');
    this.customers = new Table(store.collection<CustomerRow>('customers'), customerIndexes);
    this.deletedCustomers = store.collection<{ id: string }>('deleted_customers');
    this.products = new Table(store.collection<ProductRow>('products'), {});
    this.prices = new Table(store.collection<PriceRow>('prices'), priceIndexes);
    this.meters = new Table(store.collection<MeterRow>('meters'), meterIndexes);
    this.meterEvents = new MeterEventStore(store.collection<MeterEventRow>('meter_events'), this.clock);
    this.paymentMethods = new Table(
      store.collection<PaymentMethodRow>('payment_methods'),
      paymentMethodIndexes,
    );
    this.subscriptions = new Table(store.collection<SubscriptionRow>('subscriptions'), subscriptionIndexes);
    this.schedules = new Table(
      store.collection<SubscriptionScheduleRow>('subscription_schedules'),
      scheduleIndexes,
    );
    this.testClocks = new Table(store.collection<TestClockRow>('test_clocks'), {});
    this.invoices = new Table(store.collection<InvoiceRow>('invoices'), invoiceIndexes);
    this.invoiceItems = new Table(store.collection<InvoiceItemRow>('invoice_items'), invoiceItemIndexes);
    this.invoicePayments = new Table(
      store.collection<InvoicePaymentRow>('invoice_payments'),
      invoicePaymentIndexes,
    );
    this.paymentIntents = new Table(
      store.collection<PaymentIntentRow>('payment_intents'),
      paymentIntentIndexes,
    );
    this.charges = new Table(store.collection<ChargeRow>('charges'), chargeIndexes);
    this.refunds = new Table(store.collection<RefundRow>('refunds'), refundIndexes);
    this.creditNotes = new Table(store.collection<CreditNoteRow>('credit_notes'), creditNoteIndexes);
    this.disputes = new Table(store.collection<DisputeRow>('disputes'), disputeIndexes);
    this.checkoutSessions = new Table(
      store.collection<CheckoutSessionRow>('checkout_sessions'),
      checkoutSessionIndexes,
    );
    this.portalConfigurations = new Table(
      store.collection<PortalConfigurationRow>('portal_configurations'),
      {},
    );
    this.portalSessions = new Table(store.collection<PortalSessionRow>('portal_sessions'), {});
    this.time = new BillingTime(this.clock, this);
    this.meterLags = new MeterLags(store.collection<MeterLagRow>('meter_lags'), this);
    this.webhookEndpoints = new Table(store.collection<WebhookEndpointRow>('webhook_endpoints'), {});
    this.eventDestinations = new Table(store.collection<EventDestinationRow>('event_destinations'), {});
    this.log = new EventLog(store, this.clock);
    this.thinLog = new ThinEventLog(store, this.clock);
    this.outbox = new Outbox(this.webhookEndpoints, this.eventDestinations, this.log, this.thinLog);
    this.deliveries = new Deliveries(
      store.collection<PendingDelivery>('deliveries'),
      this.outbox,
      this.settings,
      this.clock,
    );
    // After the deliveries, which send on what it reports.
    this.meterErrors = new MeterErrorReports(this);
    this.timeline = new Timeline(this);
    this.idempotencyKeys = new IdempotencyKeys(store.collection<StoredAnswer>('idempotency'), this.clock);
  }

  reset(): void {
    this.store.reset();
    this.settings.reset();
    this.deliveries.reset();
    this.timeline.reset();
    this.meterEvents.clear();
    this.finalizationFaults.clear();
    for (const table of [
      this.customers,
      this.products,
      this.prices,
      this.meters,
      this.paymentMethods,
      this.testClocks,
      this.subscriptions,
      this.schedules,
      this.invoices,
      this.invoiceItems,
      this.invoicePayments,
      this.paymentIntents,
      this.charges,
      this.refunds,
      this.creditNotes,
      this.disputes,
      this.checkoutSessions,
      this.portalConfigurations,
      this.portalSessions,
      this.webhookEndpoints,
      this.eventDestinations,
      this.log.events,
      this.thinLog.events,
    ]) {
      table.clear();
    }
  }

  async close(): Promise<void> {
    this.timeline.close();
    this.meterErrors.close();
    await this.deliveries.close();
    this.store.close();
  }
}
