import { randomBytes } from 'node:crypto';
import { readEnvFile } from '../../platform/config/read-environment.js';
import { SETTING_NAMES } from '../../platform/config/settings.js';
import { replaceFile } from '../../platform/processes/replace-file.js';
import { SandboxError } from './sandbox-error.js';

type Values = Record<string, string>;

/** Made once for a home and kept, so that tokens and twins' data stay usable over a restart. */
const SECRETS: Readonly<Record<string, () => string>> = {
  STRIPE_KEY: () => `sk_test_${randomBytes(24).toString('hex')}`,
  MOESIF_APPLICATION_ID: () => `sandbox-${randomBytes(32).toString('hex')}`,
  TOKEN_SECRET: () => randomBytes(48).toString('base64url'),
  ADMIN_TOKEN: () => randomBytes(24).toString('base64url'),
};

/** Told by the Stripe twin when it makes the application's webhook endpoint and event destination, and never again. */
const WEBHOOK_SECRET = 'STRIPE_WEBHOOK_SECRET';

/** The secrets of an earlier run on this file, and new ones for those that it lacks. */
export function keepSecrets(file: string): Values {
  const before = readEnvFile(file, false);
  const secrets = Object.entries(SECRETS).map(([name, make]) => [name, before[name] || make()]);
  const webhook = before[WEBHOOK_SECRET];
  return { ...Object.fromEntries(secrets), ...(webhook ? { [WEBHOOK_SECRET]: webhook } : {}) };
}

/** Keeps the signing secrets of what sends to the application beside the other settings. */
export function keepWebhookSecrets(file: string, secrets: readonly string[]): void {
  const values = readEnvFile(file, true);
  const value = secrets.join(',');
  if (values[WEBHOOK_SECRET] !== value) writeSettingsFile(file, { ...values, [WEBHOOK_SECRET]: value });
}

/** Writes a file in dotenv format that only its owner can read. */
export function writeSettingsFile(file: string, values: Readonly<Values>): void {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${quote(value)}`);
  replaceFile(
    file,
    `# Settings of the sandbox, rewritten by each \`npm run sandbox\`. Secrets are kept.\n${lines.join('\n')}\n`,
  );
}

function quote(value: string): string {
  if (/^[\w./:@%+,=-]*$/.test(value)) return value;
  const mark = ["'", '`', '"'].find((candidate) => !value.includes(candidate));
  if (mark === undefined || /[\r\n]/.test(value) || (mark === '"' && value.includes('\\'))) {
    throw new SandboxError(`This value cannot be written into a settings file: ${value}`);
  }
  return `${mark}${value}${mark}`;
}

/**
 * The environment for the sandbox's programs: the shell's without any setting of the application, so that no real key
 * reaches them, and without the variables that redirect PostgreSQL clients.
 */
export function cleanEnvironment(
  shell: Readonly<Record<string, string | undefined>>,
  settingsFile: string,
): Record<string, string | undefined> {
  const kept = Object.entries(shell).filter(
    ([name]) => !SETTING_NAMES.includes(name.toUpperCase()) && !/^PG[A-Z]/.test(name),
  );
  return { ...Object.fromEntries(kept), ENV_FILE: settingsFile };
}
