import * as z from 'zod';
import type { Collection } from '@farebox/twin-kit';
import { isObject, type JsonObject } from './json.js';
import { MoesifError } from './moesif-error.js';
import { isUtcTime } from './utc-time.js';

/** A user, company or subscription as the application has described it, over all its posts. */
export interface Profile extends JsonObject {
  metadata: JsonObject;
  /** When it was first heard of, ISO 8601 in UTC. */
  created_time: string;
  /** When it last changed: what the application said, or the time of its post. */
  modified_time: string;
}

export type ProfileIdField = 'user_id' | 'company_id' | 'subscription_id';

const utcTime = z.custom<string>(isUtcTime, 'must be an ISO 8601 time in UTC').nullish();
const otherId = z.string().min(1).nullish();
const common = {
  modified_time: utcTime,
  metadata: z.record(z.string(), z.unknown()).nullish(),
  session_token: z.string().nullish(),
};

/** What Moesif's reference names for `status`, which is required; Stripe's spelling `canceled` is none of them. */
const STATUSES = ['active', 'cancelled', 'paused', 'trialing', 'pending', 'draft', 'future'] as const;

const subscriptionItem = z.looseObject({
  plan_id: z.string().min(1),
  subscription_item_id: z.string().nullish(),
  price_id: z.string().nullish(),
  unit_of_measure: z.string().nullish(),
  created_at: utcTime,
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

const schemas = {
  user_id: z.looseObject({ ...common, user_id: z.string().min(1), company_id: otherId }),
  company_id: z.looseObject({ ...common, company_id: z.string().min(1) }),
  subscription_id: z.looseObject({
    ...common,
    subscription_id: z.string().min(1),
    company_id: z.string().min(1),
    status: z.enum(STATUSES),
    current_period_start: utcTime,
    current_period_end: utcTime,
    items: z.array(subscriptionItem).nullish(),
  }),
};

/** The profiles of one kind that the application has posted, each the merge of its posts. */
export class Profiles {
  constructor(
    private readonly idField: ProfileIdField,
    private readonly stored: Collection<Profile>,
  ) {}

  get size(): number {
    return this.stored.size;
  }

  get(id: string): Profile | undefined {
    return this.stored.get(id);
  }

  ids(): string[] {
    return this.stored.entries().map(([id]) => id);
  }

  /**
   * Merges the posts into the profiles, all of them or none.
   * @throws MoesifError 400 that names the first bad field
   */
  update(posts: unknown[], single: boolean): void {
    const checked = posts.map((post, i) => this.check(post, single ? '' : `[${i}]`));
    for (const { id, post } of checked) this.stored.put(id, merged(this.stored.get(id), post));
  }

  private check(post: unknown, at: string): { id: string; post: JsonObject } {
    const result = schemas[this.idField].safeParse(post);
    if (!result.success) {
      const issue = result.error.issues[0];
      const path = [at, ...(issue?.path ?? [])].filter((part) => part !== '').join('.');
      throw new MoesifError(400, `${path || 'body'}: ${issue?.message ?? 'is not valid'}`);
    }
    return { id: String(result.data[this.idField]), post: result.data };
  }
}

function merged(before: Profile | undefined, post: JsonObject): Profile {
  const now = new Date().toISOString();
  const start: Profile = before ?? { metadata: {}, created_time: now, modified_time: now };
  return mergeInto({ ...start, modified_time: now }, post) as Profile;
}

/**
 * A new object with `changes` laid over `base`: objects are merged at every depth, anything else replaces. `null` says
 * nothing, as the SDK sends it for fields that were not set.
 */
function mergeInto(base: JsonObject, changes: JsonObject): JsonObject {
  const result = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === undefined || key === '__proto__') continue;
    const old = result[key];
    result[key] = isObject(value) ? mergeInto(isObject(old) ? old : {}, value) : value;
  }
  return result;
}
