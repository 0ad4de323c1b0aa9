import { SettingsError, type SettingProblem, type Settings } from './settings.js';

/** Secrets with which an outsider could forge or open something. */
const SECRETS = ['TOKEN_SECRET', 'TOKEN_SECRET_PREVIOUS', 'ADMIN_TOKEN', 'METRICS_TOKEN'] as const;

/** Secrets published in this repository. A test compares them with its files. */
const PUBLISHED = new Set([
  'a-secret-for-the-sandbox-only-0123456789-abcdef',
  'a-secret-of-the-tests-0123456789-abcdefghij',
  'a-secret-of-the-benchmark-0123456789-abcdefghij',
  'the-operator-of-the-tests-0123456789',
]);
/** Placeholders for secrets in examples. */
const PLACEHOLDER =
  /change.?me|replace.?(?:me|this)|your.?(?:own.?)?(?:secret|token|key)|example|placeholder/i;
/** Sixteen random hexadecimal digits have fewer distinct ones in one of a million cases. */
const LEAST_VARIETY = 5;
/** The share of all steps from one character to the next: random digits stay below it in 99 of 100 cases. */
const MOST_SEQUENCE = 2 / 3;

/** Why a secret protects nothing; `undefined` for one that may be good. Never repeats it. */
export function weaknessOf(secret: string): string | undefined {
  if (PUBLISHED.has(secret)) return 'is published with Farebox';
  if (PLACEHOLDER.test(secret.slice(0, 200))) return 'is a placeholder';
  const isGuessable =
    new Set(secret).size < LEAST_VARIETY || isRepeated(secret) || sequencePart(secret) > MOST_SEQUENCE;
  return isGuessable ? 'is easy to guess' : undefined;
}

/** A sentence for each setting whose secret is weak, with what to do. */
export function weakSecrets(settings: Settings): SettingProblem[] {
  return SECRETS.flatMap((name) => {
    const weakness = weaknessOf(settings.get(name) ?? 'not set, and so not weak');
    const advice = `make a new one with: openssl rand -base64 ${name.startsWith('TOKEN') ? 48 : 24}`;
    return weakness === undefined ? [] : [{ name, message: `${weakness}; ${advice}` }];
  });
}

/** A live key charges real money: nothing starts with a weak secret. @throws {SettingsError} */
export function refuseWeakSecrets(settings: Settings): void {
  if (!settings.live) return;
  const problems = weakSecrets(settings);
  if (problems.length > 0)
    throw new SettingsError(problems, ['with a test key of Stripe they are accepted, with a warning']);
}

/** Whether the text is one part repeated. */
const isRepeated = (text: string): boolean => `${text}${text}`.indexOf(text, 1) < text.length;

/** The share of the text that continues as `aaa`, `abc` or `321` does, 0 to 1. */
function sequencePart(text: string): number {
  const steps = Array.from(text.slice(1), (_, at) => text.charCodeAt(at + 1) - text.charCodeAt(at));
  return steps.filter((step) => Math.abs(step) <= 1).length / Math.max(steps.length, 1);
}
