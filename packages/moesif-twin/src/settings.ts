import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Collection } from '@farebox/twin-kit';

const rate = z.number().min(0).max(100);

const configSchema = z.looseObject({
  /** Percent of the events that an SDK sends; each has then the weight `floor(100 / rate)`. */
  sample_rate: rate.optional(),
  user_sample_rate: z.record(z.string(), rate).optional(),
  company_sample_rate: z.record(z.string(), rate).optional(),
});

/** What `POST /_sandbox/settings` takes: what the real Moesif is told in its dashboard. */
export const settingsSchema = z.strictObject({
  /** Secret of the Stripe webhook endpoint that points here; null: signatures are not checked. */
  stripeWebhookSecret: z.string().min(1).nullable().optional(),
  /** "Customer ID source": which of Stripe's ids is the company. */
  companyId: z.enum(['subscription', 'customer']).optional(),
  /** Laid over the answer of `GET /v1/config`. */
  config: configSchema.optional(),
  /** The answer of `GET /v1/rules`. */
  rules: z.array(z.looseObject({ _id: z.string(), type: z.enum(['regex', 'user', 'company']) })).optional(),
});

export type SettingsChange = z.infer<typeof settingsSchema>;

export interface Settings {
  stripeWebhookSecret: string | null;
  companyId: 'subscription' | 'customer';
  config: Record<string, unknown>;
  rules: unknown[];
}

const defaults: Settings = {
  stripeWebhookSecret: null,
  companyId: 'subscription',
  config: {
    org_id: 'sandbox',
    app_id: 'sandbox',
    sample_rate: 100,
    user_sample_rate: {},
    company_sample_rate: {},
    user_rules: {},
    company_rules: {},
    ip_addresses_blocked_by_name: {},
    regex_config: [],
    billing_config_jsons: {},
  },
  rules: [],
};

const key = 'settings';

/** The settings, and the tags by which an SDK notices that the configuration has changed. */
export class SettingsStore {
  private tags: { config: string; rules: string } | undefined;

  constructor(private readonly stored: Collection<Settings>) {}

  get current(): Settings {
    return this.stored.get(key) ?? defaults;
  }

  /** Replaces the members that `change` has; within `config` likewise. */
  change({ config, ...rest }: SettingsChange): void {
    const next: Settings = { ...this.current, config: { ...this.current.config, ...config } };
    if (rest.stripeWebhookSecret !== undefined) next.stripeWebhookSecret = rest.stripeWebhookSecret;
    if (rest.companyId !== undefined) next.companyId = rest.companyId;
    if (rest.rules !== undefined) next.rules = rest.rules;
    this.stored.put(key, next);
    this.tags = undefined;
  }

  /** To be called when the collection has been emptied: `kept` is put back, or the defaults hold again. */
  afterReset(kept: Settings | null): void {
    if (kept) this.stored.put(key, kept);
    this.tags = undefined;
  }

  /** `x-moesif-config-etag` and `x-moesif-rules-tag`, on the answers to events and on the things themselves. */
  get headers(): { 'x-moesif-config-etag': string; 'x-moesif-rules-tag': string } {
    this.tags ??= { config: tagOf(this.current.config), rules: tagOf(this.current.rules) };
    return { 'x-moesif-config-etag': this.tags.config, 'x-moesif-rules-tag': this.tags.rules };
  }

  /** The settings for a person to read, without the secret. */
  get view(): Omit<Settings, 'stripeWebhookSecret'> & { stripeWebhookSecretSet: boolean } {
    const { stripeWebhookSecret, ...rest } = this.current;
    return { ...rest, stripeWebhookSecretSet: stripeWebhookSecret !== null };
  }
}

function tagOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
