import { join, resolve } from 'node:path';

/** What the person who starts the sandbox chose, from the shell's environment and the command line. */
export interface Choices {
  /** Absolute. */
  home: string;
  /** Settings of the application taken over from the shell: none that holds a key or names a service. */
  given: Readonly<Record<string, string>>;
}

/** Where everything is, once ports are chosen. */
export interface Addresses {
  application: string;
  stripe: string;
  moesif: string;
  /** The page of the mails. */
  mail: string;
  /** Where the application hands its mails in. */
  smtp: string;
}

/** Settings that may come from the shell. All others would lead the sandbox to real services and real data. */
const TAKEN_FROM_SHELL = [
  'PORT',
  'HOST',
  'PUBLIC_URL',
  'SANDBOX_STRIPE_PORT',
  'SANDBOX_MOESIF_PORT',
  'SANDBOX_MAIL_PORT',
  'CATALOG',
  'TOKEN_TTL',
  'MOESIF_COMPANY_ID',
  'REPORT_INTERVAL',
  'LEDGER_DURABILITY',
  'LEDGER_RETENTION',
  'PAST_DUE_GRACE',
  'REGISTRATION_RATE_LIMIT',
  'ACCOUNT_RATE_LIMIT',
  'DATABASE_POOL_SIZE',
  'CORS_ORIGINS',
  'TRUSTED_PROXIES',
  'LOG_LEVEL',
] as const;

export function choose(shell: Readonly<Record<string, string | undefined>>): Choices {
  const given: Record<string, string> = {};
  for (const name of TAKEN_FROM_SHELL) {
    const value = shell[name]?.trim();
    if (value) given[name] = value;
  }
  return { home: resolve(shell['FAREBOX_HOME']?.trim() || '.farebox'), given };
}

/** The files of a sandbox inside its home. `--fresh` removes these, and nothing else. */
export function sandboxFiles(home: string) {
  return {
    settings: join(home, 'sandbox.env'),
    record: join(home, 'sandbox.json'),
    logs: join(home, 'logs'),
    stripe: join(home, 'stripe'),
    moesif: join(home, 'moesif'),
    mail: join(home, 'mail'),
    postgres: join(home, 'postgres'),
    spool: join(home, 'spool'),
  };
}

/** An address to open: a host that means "all interfaces" is reached at loopback. */
export function addressOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
