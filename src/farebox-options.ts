import type { LoggerService } from '@nestjs/common';
import type pg from 'pg';
import { parseSettings, type SettingName, Settings, SettingsError } from './platform/config/settings.js';
import type { RouteOptions } from './platform/http/own-routes.js';
import type { ResolvePrincipal } from './platform/identity/principal-resolver.js';

/**
 * What an application says to `FareboxModule`. Every setting of `.env.example` can be given, in `settings`, by its name there
 * and in its form; what is named here has precedence. Nothing is read from the environment.
 */
export interface FareboxOptions {
  stripe: {
    /** The secret or restricted key: `sk_test_…`, `rk_live_…`. */
    key: string;
    /** The address of an emulator; absent: Stripe itself. */
    apiBase?: string | undefined;
    /** Secrets of the endpoints of Stripe that call `POST /webhooks/stripe`: `whsec_…`. */
    webhookSecret?: string | readonly string[] | undefined;
    publishableKey?: string | undefined;
    pricingTableId?: string | undefined;
  };
  /** Absent: analytics is off. */
  moesif?: { applicationId: string; baseUri?: string | undefined } | undefined;
  /** Signs access tokens; at least 32 bytes. */
  tokenSecret: string;
  /** Absent, or with neither `url` nor `pool`: an embedded PostgreSQL under `settings.FAREBOX_HOME`. */
  database?: DatabaseOptions | undefined;
  /** The path of the catalog file, by default `monetization.yaml` in the working directory; or its content. */
  catalog?: string | object | undefined;
  /** Which of our routes there are, and under which prefix. By default all of them, at the root. */
  routes?: RouteOptions | undefined;
  /** Who calls a `@Monetized()` route. By default the owner of the bearer token. */
  principal?: ResolvePrincipal | undefined;
  http?: {
    /** `own` (the default): errors of our routes alone are problem details. `problem+json`: those of all routes. */
    errors?: 'own' | 'problem+json' | undefined;
  };
  /** Where our routes are reached from outside, with their prefix: for links in mails and the return from a payment. */
  publicUrl?: string | undefined;
  /** Where log lines go; by default to standard output, as JSON. */
  logger?: LoggerService | undefined;
  /** Other settings, by their names in `.env.example`. */
  settings?: Readonly<Partial<Record<SettingName, string | undefined>>> | undefined;
}

export interface DatabaseOptions {
  /** `postgresql://…`. It may lead to a pooler in transaction mode where `listenUrl` is there too. */
  url?: string | undefined;
  /** Leads to PostgreSQL itself, or to a pooler in session mode. */
  listenUrl?: string | undefined;
  /**
   * A pool of yours, for queries. It stays yours: it is not ended, and nothing is left on its connections. Locks, notifications
   * and the ledger need sessions: they have connections of their own, opened with the pool's options, or to `listenUrl` or `url`.
   */
  pool?: pg.Pool | undefined;
  /** The PostgreSQL schema of our tables; `farebox` by default. */
  schema?: string | undefined;
  /**
   * `startup` (the default): migrations run at start. `check`: the start is refused while there are some to run. `never`:
   * neither; run `npx farebox migrate` before.
   */
  migrate?: 'startup' | 'check' | 'never' | undefined;
}

/** The settings that options name, each by its path there. */
const PATHS = {
  STRIPE_KEY: 'stripe.key',
  STRIPE_API_BASE: 'stripe.apiBase',
  STRIPE_WEBHOOK_SECRET: 'stripe.webhookSecret',
  STRIPE_PUBLISHABLE_KEY: 'stripe.publishableKey',
  STRIPE_PRICING_TABLE_ID: 'stripe.pricingTableId',
  MOESIF_APPLICATION_ID: 'moesif.applicationId',
  MOESIF_BASE_URI: 'moesif.baseUri',
  TOKEN_SECRET: 'tokenSecret',
  DATABASE_URL: 'database.url',
  DATABASE_LISTEN_URL: 'database.listenUrl',
  DATABASE_SCHEMA: 'database.schema',
  DATABASE_MIGRATE: 'database.migrate',
  CATALOG: 'catalog',
  PUBLIC_URL: 'publicUrl',
} as const satisfies Partial<Record<SettingName, string>>;

/** The same options as validated settings. @throws {FareboxOptionsError} naming every bad option, and no value. */
export function settingsOf(options: FareboxOptions): Settings {
  const named = Object.entries(PATHS).flatMap(([name, path]) => {
    const value = at(options, path);
    if (value === undefined || typeof value === 'object')
      return Array.isArray(value) ? [[name, value.join(',')]] : [];
    return [[name, String(value)]];
  });
  const values = { ...options.settings, ...Object.fromEntries(named) } as Record<string, string | undefined>;
  try {
    return parseSettings(values, typeof options.catalog === 'object' ? options.catalog : undefined);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new FareboxOptionsError(error);
  }
}

/** Options of the settings of an environment. */
export function optionsOf(settings: Settings): FareboxOptions {
  return {
    stripe: { key: settings.get('STRIPE_KEY') },
    tokenSecret: settings.get('TOKEN_SECRET'),
    settings: settings.given,
  };
}

/** The options cannot be used. The message names every bad one at once, and no value. */
export class FareboxOptionsError extends Error {
  override name = 'FareboxOptionsError';

  constructor({ problems }: SettingsError) {
    super(
      [
        'FareboxModule cannot be used: these options are missing or wrong.',
        ...problems.map(({ name, message }) => `  ${pathOf(name)} ${message}`),
      ].join('\n'),
    );
  }
}

function pathOf(setting: string): string {
  return (PATHS as Record<string, string>)[setting] ?? `settings.${setting}`;
}

function at(options: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], options);
}
