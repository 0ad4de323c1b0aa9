import { isDeepStrictEqual } from 'node:util';
import type Stripe from 'stripe';
import * as z from 'zod';
import type { Collection } from '@farebox/twin-kit';
import type { JsonObject } from './json.js';

/** What the receiver reads of a Stripe event; the SDK's type, as far as it must hold at run time. */
const eventSchema = z.object({
  id: z.string().min(1),
  object: z.literal('event'),
  type: z.string(),
  created: z.number().int(),
  data: z.object({
    object: z.looseObject({ id: z.string().optional(), object: z.string().optional() }),
    previous_attributes: z.record(z.string(), z.unknown()).nullish(),
  }),
});

type Kind = (Stripe.Customer | Stripe.Subscription)['object'];

interface Version {
  eventId: string;
  type: string;
  object: JsonObject;
  previous: JsonObject | null;
}

/** A Stripe customer or subscription by its newest events: all of the newest second, as order within it is unknown. */
export interface TrackedObject {
  kind: Kind;
  /** `created` of the newest events, unix seconds. */
  newest: number;
  versions: Version[];
}

/** Stripe's customers and subscriptions as its webhooks told of them, in whatever order and however often. */
export class StripeObjects {
  constructor(private readonly stored: Collection<TrackedObject>) {}

  get size(): number {
    return this.stored.size;
  }

  /**
   * Takes an event. The newest `created` per object wins, so order and repetition do not matter. Events of other
   * objects are none of Moesif's business and change nothing.
   * @returns whether it was an event at all
   */
  take(body: unknown): boolean {
    const parsed = eventSchema.safeParse(body);
    if (!parsed.success) return false;
    const { id: eventId, type, created, data } = parsed.data;
    const kind = kindOf(type, data.object.object);
    const id = data.object.id;
    if (!kind || !id) return true;
    const known = this.stored.get(id);
    if (known && known.newest > created) return true;
    const version: Version = {
      eventId,
      type,
      object: data.object,
      previous: data.previous_attributes ?? null,
    };
    const others = known?.newest === created ? known.versions : [];
    if (others.some((other) => other.eventId === eventId)) return true;
    this.stored.put(id, { kind, newest: created, versions: [...others, version] });
    return true;
  }

  customer(id: string): JsonObject | undefined {
    return this.current(id, 'customer');
  }

  subscription(id: string): JsonObject | undefined {
    return this.current(id, 'subscription');
  }

  customers(): JsonObject[] {
    return this.all('customer');
  }

  subscriptions(): JsonObject[] {
    return this.all('subscription');
  }

  private all(kind: Kind): JsonObject[] {
    return this.stored
      .values()
      .filter((tracked) => tracked.kind === kind)
      .map(stateOf);
  }

  private current(id: string, kind: Kind): JsonObject | undefined {
    const tracked = this.stored.get(id);
    return tracked?.kind === kind ? stateOf(tracked) : undefined;
  }
}

function kindOf(eventType: string, object: string | undefined): Kind | undefined {
  if (object === 'subscription' && eventType.startsWith('customer.subscription.')) return object;
  const ofCustomer = ['customer.created', 'customer.updated', 'customer.deleted'].includes(eventType);
  return object === 'customer' && ofCustomer ? object : undefined;
}

/** The object as its newest event left it, with `deleted: true` when that was its deletion. */
function stateOf(tracked: TrackedObject): JsonObject {
  const last = lastOf(tracked.versions);
  if (!last) return {};
  return last.type.endsWith('.deleted') ? { ...last.object, deleted: true } : last.object;
}

/**
 * The last of several events of one second: a deletion is; a creation is not; of the updates the one after which no
 * other came. The event id decides what that leaves open, so that the order of arrival never does.
 */
function lastOf(versions: Version[]): Version | undefined {
  const ranked = versions.map((version) => ({
    version,
    rank: rankOf(version.type) + (versions.some((other) => follows(other, version)) ? 0 : 1),
  }));
  ranked.sort((a, b) => a.rank - b.rank || (a.version.eventId < b.version.eventId ? -1 : 1));
  return ranked.at(-1)?.version;
}

function rankOf(type: string): number {
  if (type.endsWith('.deleted')) return 4;
  return type.endsWith('.created') ? 0 : 2;
}

/** Whether what `later` says was there before is what `earlier` left behind. */
function follows(later: Version, earlier: Version): boolean {
  if (later === earlier || !later.previous || Object.keys(later.previous).length === 0) return false;
  return Object.entries(later.previous).every(([key, value]) => contains(earlier.object[key], value));
}

/** `previous_attributes` holds only the changed members of a nested object. */
function contains(whole: unknown, part: unknown): boolean {
  if (isDeepStrictEqual(whole ?? null, part ?? null)) return true;
  if (typeof whole !== 'object' || typeof part !== 'object' || !whole || !part || Array.isArray(part)) {
    return false;
  }
  return Object.entries(part).every(([key, value]) => contains((whole as JsonObject)[key], value));
}
