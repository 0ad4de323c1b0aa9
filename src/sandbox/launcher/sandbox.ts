import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../../platform/config/settings.js';
import {
  ensureEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../platform/embedded-postgres/embedded-postgres.js';
import { builtProgram } from '../../platform/project/project.js';
import type { Child } from './child.js';
import { connectApplication, connectPricingTable, connectTwins } from './connect-twins.js';
import { forTerminal } from './log-tail.js';
import { sandboxFiles, type Addresses } from './plan.js';
import { Programs } from './programs.js';
import { untilReady } from './readiness.js';
import { keepWebhookSecrets } from './settings-file.js';
import { SandboxError } from './sandbox-error.js';

export interface SandboxOptions {
  home: string;
  addresses: Addresses;
  settings: Settings;
  /** Of the programs. */
  env: Readonly<Record<string, string | undefined>>;
  /** Whether the Stripe emulator's data hold the catalog from an earlier run. */
  catalogApplied: boolean;
  /** The application is being worked on: its end is no reason to end everything. */
  mayRestart: boolean;
  say(message: string): void;
  /** Told when a program ends that should not. */
  onFailure(error: SandboxError): void;
}

/** Their programs, as the workspaces export them. */
const EMULATORS = {
  stripe: fileURLToPath(import.meta.resolve('@farebox/stripe-twin/main')),
  moesif: fileURLToPath(import.meta.resolve('@farebox/moesif-twin/main')),
  mail: fileURLToPath(import.meta.resolve('@farebox/mail-catcher/main')),
};

/** How long each may take to end: the application finishes requests and flushes what is queued. */
const APPLICATION_GRACE_MS = 15_000;
const GRACE_MS = 5_000;

/** All programs of a sandbox: started in order, watched, stopped in order. */
export class Sandbox {
  readonly programs: Programs;
  private postgres: Promise<EmbeddedPostgres> | undefined;
  private application: Child | undefined;
  private stopping = false;

  constructor(private readonly options: SandboxOptions) {
    const { home, addresses, catalogApplied, env } = options;
    this.programs = new Programs(home, addresses, catalogApplied, env);
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  /**
   * Resolves when everything is ready to use.
   * @throws {SandboxError} or another error, with some programs running: `stop` ends them.
   */
  async start(): Promise<void> {
    const { home, catalogApplied } = this.options;
    this.postgres = ensureEmbeddedPostgres({ home });
    // Looked at further down; by then something else may have gone wrong.
    this.postgres.catch(() => undefined);
    const { port: smtpPort } = new URL(this.options.addresses.smtp);
    await Promise.all([
      this.startTwin('stripe', 'Stripe emulator'),
      this.startTwin('moesif', 'Moesif emulator'),
      this.startTwin('mail', 'mail receiver', ['--smtp-port', smtpPort]),
    ]);
    await this.connect();
    const prepared = Promise.all([this.applyCatalog(), this.postgres]);
    // Only at first must the application wait for the prices. Later they are there, but for what was changed meanwhile.
    if (!catalogApplied) await prepared;
    this.followApplication();
    await Promise.all([prepared, this.startApplication()]);
    this.programs.noteCatalogApplied();
  }

  /** The application first, which drains into what it uses; then the twins; PostgreSQL last. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.programs.noteStopping();
    await this.application?.stop(APPLICATION_GRACE_MS);
    await this.programs.stopAll(GRACE_MS);
    const postgres = await this.postgres?.catch(() => undefined);
    await postgres?.stop();
  }

  /** At once and without order. PostgreSQL ends by itself a little later. */
  kill(): void {
    this.stopping = true;
    this.programs.killAll();
  }

  /** @throws {SandboxError} when it does not get ready. */
  async restartApplication(): Promise<void> {
    await this.application?.stop(APPLICATION_GRACE_MS);
    if (!this.stopping) await this.startApplication();
  }

  /** From now on the end of this program ends the sandbox. */
  guard(child: Child): void {
    void child.exited.then(async () => {
      if (!this.stopping) this.options.onFailure(await child.failure());
    });
  }

  private async startTwin(
    kind: 'stripe' | 'moesif' | 'mail',
    name: string,
    more: readonly string[] = [],
  ): Promise<void> {
    const data = sandboxFiles(this.options.home)[kind];
    const { port } = new URL(this.options.addresses[kind]);
    const twin = this.programs.start({
      name,
      log: kind,
      script: EMULATORS[kind],
      args: ['--port', port || '80', '--data', data, ...more],
      dataDir: data,
    });
    const ended = await Promise.race([twin.listening(), twin.exited]);
    if (ended) throw await twin.failure('could not start');
    this.guard(twin);
  }

  /** Webhooks of the Stripe emulator to the Moesif emulator and to the application, which reads its secrets as it starts. */
  private async connect(): Promise<void> {
    const { addresses, settings, home } = this.options;
    const key = settings.get('STRIPE_KEY');
    await connectTwins(addresses, key, settings.get('MOESIF_COMPANY_ID'));
    await connectPricingTable(addresses);
    const known = settings.get('STRIPE_WEBHOOK_SECRET');
    keepWebhookSecrets(sandboxFiles(home).settings, await connectApplication(addresses, key, known));
  }

  private async applyCatalog(): Promise<void> {
    const child = this.programs.start({
      name: 'catalog sync (farebox catalog apply)',
      log: 'catalog',
      script: builtProgram('cli.js'),
      args: ['catalog', 'apply'],
    });
    const { code } = await child.exited;
    if (this.stopping || code === 0) return;
    if (code !== 2) throw await child.failure('failed');
    const log = join(sandboxFiles(this.options.home).logs, 'catalog.log');
    this.options.say(
      `warning: the Stripe emulator has objects that cannot be changed to match the catalog, so nothing was changed; ${log} ` +
        'lists them. To start over: npm run sandbox -- --fresh',
    );
  }

  private followApplication(): void {
    this.programs.follow('application', (line) => {
      const shown = forTerminal(line);
      if (shown !== undefined) this.options.say(`[application] ${shown}`);
    });
  }

  private async startApplication(): Promise<void> {
    if (this.stopping) return;
    const application = this.programs.start({
      name: 'application',
      log: 'application',
      script: builtProgram('main.js'),
    });
    this.application = application;
    if (!this.options.mayRestart) this.guard(application);
    await untilReady(application, this.options.addresses.application);
  }
}
