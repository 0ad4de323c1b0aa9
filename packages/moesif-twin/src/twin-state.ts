import { join } from 'node:path';
import { CollectionStore } from '@farebox/twin-kit';
import { EventLog, type EventLogLimits } from './event-log.js';
import { ProfileViews } from './profile-views.js';
import { Profiles, type Profile } from './profiles.js';
import { SeenTransactions } from './seen-transactions.js';
import { SettingsStore, type Settings } from './settings.js';
import { StripeObjects, type TrackedObject } from './stripe-objects.js';

/** All that the twin knows, and its files: `state.jsonl`, and `events-*.log` and `actions-*.log` beside it. */
export class TwinState {
  readonly events: EventLog;
  readonly actions: EventLog;
  /** Of events, and of actions. */
  readonly seen = { events: new SeenTransactions(), actions: new SeenTransactions() };
  readonly users: Profiles;
  readonly companies: Profiles;
  readonly subscriptions: Profiles;
  readonly stripe: StripeObjects;
  readonly settings: SettingsStore;
  readonly views: ProfileViews;
  private readonly store: CollectionStore;

  constructor(dataDir: string, limits?: EventLogLimits) {
    this.store = CollectionStore.open(join(dataDir, 'state.jsonl'));
    this.events = EventLog.open(dataDir, 'events', limits);
    this.actions = EventLog.open(dataDir, 'actions', limits);
    for (const name of ['events', 'actions'] as const)
      this.seen[name].remember(this[name].newest(Number.POSITIVE_INFINITY).map(({ item }) => item));
    this.users = new Profiles('user_id', this.store.collection<Profile>('users'));
    this.companies = new Profiles('company_id', this.store.collection<Profile>('companies'));
    this.subscriptions = new Profiles('subscription_id', this.store.collection<Profile>('subscriptions'));
    this.stripe = new StripeObjects(this.store.collection<TrackedObject>('stripe'));
    this.settings = new SettingsStore(this.store.collection<Settings>('settings'));
    this.views = new ProfileViews(this, this.stripe, this.settings);
  }

  /** Forgets everything, on disk too. */
  reset(keepSettings: boolean): void {
    const kept = keepSettings ? this.settings.current : null;
    this.store.reset();
    this.events.reset();
    this.actions.reset();
    this.seen.events.clear();
    this.seen.actions.clear();
    this.settings.afterReset(kept);
  }

  close(): void {
    this.store.close();
    this.events.close();
    this.actions.close();
  }
}
