import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readShellEnvironment } from '../platform/config/read-environment.js';
import { parseSettings, SettingsError, type Settings } from '../platform/config/settings.js';
import { EmbeddedPostgresError } from '../platform/embedded-postgres/embedded-postgres.js';
import { takeLock } from '../platform/processes/single-instance-lock.js';
import { banner } from './launcher/banner.js';
import { restartOnChange } from './launcher/development.js';
import { makeHome, refuseForeignData, removeData } from './launcher/home.js';
import { addressOf, choose, sandboxFiles, type Addresses, type Choices } from './launcher/plan.js';
import { claimAnyPort, claimPort, refuseSamePort } from './launcher/ports.js';
import { outwaitLeftovers, readRecord } from './launcher/run-record.js';
import { SandboxError } from './launcher/sandbox-error.js';
import { Sandbox } from './launcher/sandbox.js';
import { cleanEnvironment, keepSecrets, writeSettingsFile } from './launcher/settings-file.js';

const HELP = `The whole product on this machine, with emulators of Stripe and Moesif: no account, no network.

  npm run sandbox               start, keeping data of earlier runs
  npm run sandbox -- --fresh    start with empty data
  npm run dev                   the same, restarting the application when its code changes

Settings, from the environment: FAREBOX_HOME (.farebox), PORT (3000), HOST (127.0.0.1),
SANDBOX_STRIPE_PORT (4010), SANDBOX_MOESIF_PORT (4020), SANDBOX_MAIL_PORT (4030, or a free one).`;

/** The twins stay on loopback whatever HOST says: they answer anybody. */
const LOOPBACK = '127.0.0.1';
/** Whoever tries it wants to see the bill grow. */
const REPORT_INTERVAL = '5s';
/** Longer than an orderly end can take. */
const ENDING_PATIENCE_MS = 30_000;

function say(message: string): void {
  process.stdout.write(`${message}\n`);
}

/** One launcher a home. One that is just ending is waited for. */
async function lockHome(home: string): Promise<void> {
  const deadline = Date.now() + ENDING_PATIENCE_MS;
  while (!(await takeLock(home))) {
    const record = readRecord(sandboxFiles(home).record);
    if (record?.stopping && Date.now() < deadline) {
      await delay(50);
      continue;
    }
    const { application, stripe, moesif } = record?.addresses ?? {};
    throw new SandboxError(
      `A sandbox already runs on ${home}` +
        (application ? `: the page is ${application}, the emulators are ${stripe} and ${moesif}` : '') +
        '. End it with Ctrl-C, or set FAREBOX_HOME and the ports to run a second one.',
    );
  }
}

async function prepare(choices: Choices, fresh: boolean): Promise<{ catalogApplied: boolean }> {
  const { home } = choices;
  makeHome(home);
  const files = sandboxFiles(home);
  await lockHome(home);
  const record = readRecord(files.record);
  await outwaitLeftovers(record?.processes ?? [], say);
  refuseForeignData(home);
  if (!fresh) return { catalogApplied: record?.catalogApplied ?? false };
  await removeData(home);
  makeHome(home);
  return { catalogApplied: false };
}

/** Chooses ports and writes the settings file that every program of the sandbox reads. */
async function configure({ home, given }: Choices): Promise<{ settings: Settings; addresses: Addresses }> {
  const { settings: file } = sandboxFiles(home);
  const values = { HOST: LOOPBACK, ...given, ...keepSecrets(file), FAREBOX_HOME: home };
  const wanted = parseSettings(values);
  const host = wanted.get('HOST');
  const wantedPorts = {
    PORT: wanted.get('PORT'),
    SANDBOX_STRIPE_PORT: wanted.get('SANDBOX_STRIPE_PORT'),
    SANDBOX_MOESIF_PORT: wanted.get('SANDBOX_MOESIF_PORT'),
    ...(given['SANDBOX_MAIL_PORT'] && { SANDBOX_MAIL_PORT: wanted.get('SANDBOX_MAIL_PORT') }),
  };
  refuseSamePort(wantedPorts);
  const [port, stripePort, moesifPort] = await Promise.all([
    claimPort('PORT', wantedPorts.PORT, host),
    claimPort('SANDBOX_STRIPE_PORT', wantedPorts.SANDBOX_STRIPE_PORT, LOOPBACK),
    claimPort('SANDBOX_MOESIF_PORT', wantedPorts.SANDBOX_MOESIF_PORT, LOOPBACK),
  ]);
  const wantedMailPort = wanted.get('SANDBOX_MAIL_PORT');
  const taken = [port, stripePort, moesifPort];
  const mailPort = given['SANDBOX_MAIL_PORT']
    ? await claimPort('SANDBOX_MAIL_PORT', wantedMailPort, LOOPBACK)
    : await claimAnyPort(wantedMailPort, LOOPBACK, taken);
  const smtpPort = await claimAnyPort(0, LOOPBACK, taken);
  const addresses = {
    application: addressOf(host, port),
    stripe: addressOf(LOOPBACK, stripePort),
    moesif: addressOf(LOOPBACK, moesifPort),
    mail: addressOf(LOOPBACK, mailPort),
    smtp: `smtp://${LOOPBACK}:${smtpPort}`,
  };
  const complete = {
    PUBLIC_URL: addresses.application,
    REPORT_INTERVAL,
    ...values,
    PORT: String(port),
    SANDBOX_STRIPE_PORT: String(stripePort),
    SANDBOX_MOESIF_PORT: String(moesifPort),
    STRIPE_API_BASE: addresses.stripe,
    MOESIF_BASE_URI: addresses.moesif,
    SANDBOX_MAIL_PORT: String(mailPort),
    SMTP_URL: addresses.smtp,
    MAIL_FROM: 'farebox@sandbox.example',
  };
  writeSettingsFile(file, complete);
  return { settings: parseSettings(complete), addresses };
}

/** Ends the process when asked to, or when something failed; a second Ctrl-C does not wait. */
function endOnSignal(stop: () => Promise<void>, kill: () => void): (exitCode: number) => void {
  let ending = false;
  const end = (exitCode: number): void => {
    if (ending) return;
    ending = true;
    stop().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        process.stderr.write(`${describe(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!ending) {
        say('Stopping …');
        return end(0);
      }
      if (signal !== 'SIGINT') return;
      kill();
      process.exit(130);
    });
  }
  return end;
}

function describe(error: unknown): string {
  const expected = [SandboxError, SettingsError, EmbeddedPostgresError].some((kind) => error instanceof kind);
  if (!(error instanceof Error)) return 'unknown error';
  return expected ? error.message : (error.stack ?? error.message);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        fresh: { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}\n`);
    return process.exit(1);
  }
}

async function main(): Promise<void> {
  const values = readOptions();
  if (values.help) return say(HELP);
  // A terminal that is gone is no reason to leave the order of stopping.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const shell = readShellEnvironment();
  const choices = choose(shell);
  const { home } = choices;
  let sandbox: Sandbox | undefined;
  const end = endOnSignal(
    async () => sandbox?.stop(),
    () => sandbox?.kill(),
  );
  const fail = (error: unknown): void => {
    if (sandbox?.isStopping) return;
    process.stderr.write(`${describe(error)}\n`);
    end(1);
  };
  try {
    const { catalogApplied } = await prepare(choices, values.fresh);
    const { settings, addresses } = await configure(choices);
    sandbox = new Sandbox({
      home,
      addresses,
      settings,
      env: cleanEnvironment(shell, sandboxFiles(home).settings),
      catalogApplied,
      mayRestart: values.watch,
      say,
      onFailure: fail,
    });
    await sandbox.start();
    if (sandbox.isStopping) return;
    say(banner(addresses, home));
    if (values.watch) restartOnChange(sandbox, say);
    process.send?.({ ready: addresses });
  } catch (error) {
    fail(error);
  }
}

await main();
