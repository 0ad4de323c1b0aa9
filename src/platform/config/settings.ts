import { join, resolve } from 'node:path';
import * as z from 'zod';
import { databaseUrl, smtpUrl } from './connection-url.js';
import {
  baseUrl,
  bytes,
  choice,
  count,
  duration,
  fraction,
  headerPairs,
  httpUrl,
  list,
  mailAddress,
  origins,
  port,
  portNumber,
  secret,
} from './setting-types.js';

const TOKEN_SECRET_HINT = 'make one with: openssl rand -base64 48';

/** Every setting by its name in the environment. `.env.example` explains each; the contract fixes the names. */
const environment = z.object({
  STRIPE_KEY: z
    .string('is required: the secret key of your Stripe account (sk_test_… to try, or a restricted key rk_…)')
    .regex(
      /^(sk|rk)_(test|live)_\S+$/,
      'must be a Stripe secret or restricted key: sk_test_…, sk_live_…, rk_test_… or rk_live_…',
    ),
  STRIPE_PRICE_KEY: z
    .string()
    .regex(/^price_\S+$/, 'must be the id of a Stripe price: price_…')
    .optional(),
  STRIPE_API_BASE: baseUrl().optional(),
  STRIPE_WEBHOOK_SECRET: list(),
  STRIPE_PUBLISHABLE_KEY: z
    .string()
    .regex(/^pk_(test|live)_\S+$/, 'must be a Stripe publishable key: pk_test_… or pk_live_…')
    .optional(),
  STRIPE_PRICING_TABLE_ID: z
    .string()
    .regex(/^prctbl_\S+$/, 'must be the id of a Stripe pricing table: prctbl_…')
    .optional(),
  MOESIF_APPLICATION_ID: z
    .string()
    .min(50, 'must be the Collector Application Id from Moesif (50 characters or more)')
    .optional(),
  MOESIF_BASE_URI: baseUrl().optional(),
  MOESIF_STRIPE_WEBHOOK_URL: httpUrl().optional(),
  MOESIF_EVENTS: choice(['paid', 'all'], 'paid'),
  MOESIF_COMPANY_ID: choice(['subscription', 'customer'], 'subscription'),
  TOKEN_SECRET: z
    .string(`is required: the secret that signs tokens, at least 32 bytes; ${TOKEN_SECRET_HINT}`)
    .pipe(secret(32, TOKEN_SECRET_HINT)),
  TOKEN_SECRET_PREVIOUS: secret(32, 'it is the earlier TOKEN_SECRET').optional(),
  TOKEN_TTL: duration('90d'),
  ROLE: choice(['all', 'http', 'worker'], 'all'),
  PORT: port(3000),
  METRICS_PORT: portNumber().optional(),
  HOST: z.string().default('0.0.0.0'),
  PUBLIC_URL: baseUrl().optional(),
  BODY_LIMIT: bytes('64KiB', 512 * 1_048_576),
  PATH_PARAMETER_LIMIT: count(100, 16_384),
  DATABASE_URL: databaseUrl().optional(),
  DATABASE_LISTEN_URL: databaseUrl().optional(),
  DATABASE_SCHEMA: z
    .string()
    .regex(
      /^(?!pg_)[A-Za-z_]\w{0,39}$/,
      'must be a name of letters, digits and underscores, 40 at most, that begins with no digit and not with pg_',
    )
    .default('farebox'),
  DATABASE_MIGRATE: choice(['startup', 'check', 'never'], 'startup'),
  // The jobs use one connection to listen.
  DATABASE_POOL_SIZE: count(10, 500, 2),
  FAREBOX_HOME: z.string().default('.farebox'),
  CATALOG: z.string().optional(),
  USAGE_REPORTER: choice(['stripe', 'invoice', 'moesif'], 'stripe'),
  REPORT_INTERVAL: duration('15m'),
  USAGE_SETTLING: duration('1h'),
  USAGE_PROOF_INTERVAL: duration('6h'),
  ADMIN_TOKEN: secret(16, 'make one with: openssl rand -base64 24').optional(),
  METRICS_TOKEN: secret(16, 'make one with: openssl rand -base64 24').optional(),
  // async: a killed process loses up to 10,000 queued calls and 1,000 in the batch being written.
  LEDGER_DURABILITY: choice(['commit', 'async'], 'commit'),
  LEDGER_RETENTION: duration('400d'),
  SPOOL: choice(['on', 'off'], 'on'),
  SPOOL_DIR: z.string().optional(),
  SPOOL_LIMIT_MB: count(1_024, 1_000_000),
  SPOOL_PATIENCE: duration('5m'),
  INVOICE_HOLD_LIMIT: duration('12h'),
  PAST_DUE_GRACE: duration('3d'),
  REGISTRATION_RATE_LIMIT: count(300, 1_000_000),
  REGISTRATION_CONFLICT_LIMIT: count(30, 1_000_000),
  ACCOUNT_RATE_LIMIT: count(600, 1_000_000),
  TRUSTED_PROXIES: list(),
  CORS_ORIGINS: origins(),
  SMTP_URL: smtpUrl().optional(),
  MAIL_FROM: mailAddress().optional(),
  CHECKOUT_MAIL_DELAY: duration('30s'),
  LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl().optional(),
  OTEL_EXPORTER_OTLP_HEADERS: headerPairs(),
  OTEL_SERVICE_NAME: z.string().default('farebox'),
  OTEL_TRACES_SAMPLER_ARG: fraction(1),
  SANDBOX_STRIPE_PORT: port(4010),
  SANDBOX_MOESIF_PORT: port(4020),
  SANDBOX_MAIL_PORT: port(4030),
});

type Environment = z.infer<typeof environment>;

/** Names of all settings, and of the accepted aliases. */
export const SETTING_NAMES: readonly string[] = [...Object.keys(environment.shape), 'STRIPE_API_KEY'];
export type SettingName = keyof Environment;

/**
 * The settings of an application: read once at start, validated, typed. Durations are in milliseconds.
 * Injected wherever something can be set; `process.env` is read nowhere else.
 */
export class Settings {
  constructor(
    private readonly values: Environment,
    /** As they were given, by name, in the form of an environment. */
    readonly given: Readonly<Partial<Record<SettingName, string>>> = {},
    /** The content of a catalog, given in place of a file. */
    private readonly catalog?: object,
  ) {}

  /** The value of a setting by its name in the environment. */
  get<K extends keyof Environment>(name: K): Environment[K] {
    return this.values[name];
  }

  /** Whether charges are real money: the Stripe key is a live key. */
  get live(): boolean {
    return /^(sk|rk)_live_/.test(this.values.STRIPE_KEY);
  }

  /** Where calls go while the database is away, as an absolute path. */
  get spoolFolder(): string {
    return resolve(this.values.SPOOL_DIR ?? join(this.values.FAREBOX_HOME, 'spool'));
  }

  /**
   * The public address of this server: PUBLIC_URL, or this machine. Never the host in a request: its sender could
   * choose where links, mails and the return from a payment lead.
   */
  get origin(): string {
    const { PUBLIC_URL, HOST, PORT } = this.values;
    const reachable = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST;
    return PUBLIC_URL ?? `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${PORT}`;
  }

  /**
   * Where the plans come from: a catalog as an object, the catalog file, or the single Stripe price when STRIPE_PRICE_KEY is
   * set and no file is configured. With both, the file is used (and the start-up reports it).
   */
  get planSource(): { content: object } | { file: string } | { priceId: string } {
    const { CATALOG, STRIPE_PRICE_KEY } = this.values;
    if (this.catalog) return { content: this.catalog };
    if (CATALOG === undefined && STRIPE_PRICE_KEY !== undefined) return { priceId: STRIPE_PRICE_KEY };
    return { file: CATALOG ?? 'monetization.yaml' };
  }
}

/** One bad setting: its name and what to do; never its value. */
export interface SettingProblem {
  name: string;
  message: string;
}

/** The environment cannot be used. The message names every bad setting at once, and no value. */
export class SettingsError extends Error {
  constructor(
    readonly problems: readonly SettingProblem[],
    hints: readonly string[] = [],
  ) {
    super(
      [
        'Farebox cannot start: these settings are missing or wrong.',
        ...problems.map((problem) => `  ${problem.name} ${problem.message}`),
        ...hints.map((hint) => `  (${hint})`),
        'Write them into .env (cp .env.example .env), or try everything without any: npm run sandbox',
      ].join('\n'),
    );
    this.name = 'SettingsError';
  }
}

/**
 * Validates an environment. An empty value counts as absent, as in a `.env` with the key left blank.
 * @param catalog the content of a catalog, in place of a file
 * @throws {SettingsError} naming every bad setting.
 */
export function parseSettings(env: Readonly<Record<string, string | undefined>>, catalog?: object): Settings {
  const given = Object.fromEntries(
    SETTING_NAMES.map((name) => [name, env[name]?.trim()]).filter(
      ([, value]) => value !== undefined && value !== '',
    ),
  ) as Record<string, string>;
  if (given['STRIPE_KEY'] === undefined && given['STRIPE_API_KEY'] !== undefined) {
    given['STRIPE_KEY'] = given['STRIPE_API_KEY'];
  }
  const parsed = environment.safeParse(given);
  const unpaired = missingPartners(given);
  if (parsed.success && unpaired.length === 0) return new Settings(parsed.data, given, catalog);
  const problems = (parsed.error?.issues ?? []).map((issue) => ({
    name: issue.path.join('.'),
    message: issue.message,
  }));
  throw new SettingsError([...problems, ...unpaired], absentButOptional(given));
}

/** Settings that only make sense together. */
function missingPartners(given: Record<string, string>): SettingProblem[] {
  const pairs = [
    ['SMTP_URL', 'MAIL_FROM'],
    ['STRIPE_PRICING_TABLE_ID', 'STRIPE_PUBLISHABLE_KEY'],
    ['DATABASE_LISTEN_URL', 'DATABASE_URL'],
  ] as const;
  return pairs.flatMap(([name, partner]) =>
    given[name] !== undefined && given[partner] === undefined
      ? [{ name: partner, message: `is missing: ${name} needs it` }]
      : [],
  );
}

function absentButOptional(given: Record<string, string>): string[] {
  const hints: string[] = [];
  if (!given['STRIPE_PRICE_KEY'] && !given['CATALOG']) {
    hints.push('STRIPE_PRICE_KEY is not set either: the plans come from monetization.yaml');
  }
  if (!given['MOESIF_APPLICATION_ID'])
    hints.push('MOESIF_APPLICATION_ID is not set either: analytics stays off');
  return hints;
}
