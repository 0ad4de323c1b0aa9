#!/usr/bin/env node
import { Command, Option } from 'commander';
import { addCompletion } from './cli/completion.js';
import { addExamples } from './cli/examples.js';
import { lazyCommand } from './cli/lazy-command.js';
import { reportFailure } from './cli/output.js';
import type { WebhookState } from './modules/billing/index.js';

/** Every state, without loading billing for it. */
const WEBHOOK_STATES: Readonly<Record<WebhookState, true>> = {
  pending: true,
  waiting: true,
  done: true,
  ignored: true,
  parked: true,
};

const program = new Command('farebox')
  .description(
    'Farebox operator commands. Settings come from .env, or from the sandbox that runs on the same FAREBOX_HOME.',
  )
  .showHelpAfterError();

const catalog = program.command('catalog').description('Plans, prices and meters of the catalog file');

const MIGRATE = '--migrate';
const MIGRATE_NOW = '--migrate-now';
const DROP_CURRENCIES = '--drop-currencies';

catalog
  .command('plan')
  .description('show what apply would change (read-only)')
  .option(MIGRATE, 'include subscriptions that would move to current prices, and when')
  .option(MIGRATE_NOW, 'the same immediately, with those whose allowances, tiers or fees would restart')
  .option(DROP_CURRENCIES, 'also replace prices that have amounts in other currencies')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/catalog.js')).planCatalog));

catalog
  .command('apply')
  .description('update Stripe to match the catalog file (idempotent)')
  .option(MIGRATE, 'move subscriptions to current prices at the end of their billing periods')
  .option(MIGRATE_NOW, 'move them immediately, within their billing periods')
  .option('--migrate-cancel', 'cancel moves that are scheduled for the end of billing periods')
  .option(DROP_CURRENCIES, 'replace prices that have amounts in other currencies with prices without them')
  .option('--yes', 'confirm --migrate-now where allowances, tiers or fees would restart')
  .option('--show-secrets', 'print the signing secrets of new webhook endpoints')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/catalog.js')).applyCatalog));

catalog
  .command('drift')
  .description('list differences between Stripe and the catalog file; exit code 1 if there are any')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/catalog.js')).showDrift));

catalog
  .command('import')
  .description('create a catalog file from the Stripe account (read-only at Stripe)')
  .option('--out <file>', 'output file (default: standard output)')
  .option('--force', 'overwrite the file')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/catalog.js')).importCatalogFile));

catalog
  .command('price')
  .description('price a quantity on a plan, line by line (offline)')
  .argument('<plan>', 'plan ID')
  .argument('<quantity>', 'units in one billing period')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/catalog-price.js')).priceQuantity));

program
  .command('doctor')
  .description('check keys, prices, webhooks, Moesif and the database (read-only)')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/doctor.js')).doctor));

program
  .command('migrate')
  .description('migrate the database schema to this release (also done at startup)')
  .option('--check', 'only check: exit code 1 if a migration is pending')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/migrate.js')).migrateSchema));

const webhooks = program.command('webhooks').description('Stripe webhook events');

webhooks
  .command('list')
  .description('list latest events, newest first')
  .addOption(new Option('--state <state>', 'filter by state').choices(Object.keys(WEBHOOK_STATES)))
  .option('--limit <number>', 'maximum number', '50')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/webhooks.js')).listWebhooks));

webhooks
  .command('replay')
  .description('process events again; safe, as the current state is read from Stripe')
  .argument('[ids...]', 'evt_…')
  .option('--parked', 'all parked events')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/webhooks.js')).replayWebhooks));

const usage = program.command('usage').description('Metered usage and its reporting to Stripe');

usage
  .command('report')
  .description('report usage to Stripe now; exit code 1 if some could not be reported')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/usage.js')).reportUsage));

usage
  .command('reconcile')
  .description(
    'compare ledger, meters, reported usage, Stripe totals and invoices (read-only); exit code 1 on a mismatch',
  )
  .option('--customer <customer>', 'limit to one customer (cus_…)')
  .option('--all', 'include matching rows')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/usage.js')).reconcileUsage));

usage
  .command('adjust')
  .description('correct an excess at Stripe that a reconciliation found (operator decision)')
  .argument('<customer>', 'cus_…')
  .argument('<meter>', 'meter name in the catalog')
  .argument('<period>', 'period start, as printed by "usage reconcile"')
  .option('--yes', 'skip confirmation')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/usage.js')).adjustUsage));

usage
  .command('lost')
  .description(
    "list events that Stripe accepted but its totals don't include, with evidence of loss (read-only); exit code 1 if there are any",
  )
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/usage.js')).listLostUsage));

usage
  .command('resend')
  .description('report usage again that is missing at Stripe (operator decision)')
  .argument('<customer>', 'cus_…')
  .argument('<meter>', 'meter name in the catalog')
  .argument('<period>', 'period start, as printed by "usage lost"')
  .option('--yes', 'skip confirmation')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/usage.js')).resendUsage));

usage
  .command('waive')
  .description('waive usage that is missing at Stripe, such as cancelled events (operator decision)')
  .argument('<customer>', 'cus_…')
  .argument('<meter>', 'meter name in the catalog')
  .argument('<period>', 'period start, as printed by "usage reconcile"')
  .option('--cancel', 'cancel events sent in the last 24 hours at Stripe, and waive them')
  .option('--yes', 'skip confirmation')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/usage.js')).waiveUsage));

usage
  .command('bill-late')
  .description("bill late usage on the customer's next invoice (operator decision)")
  .argument('<customer>', 'cus_…')
  .argument('<meter>', 'meter name in the catalog')
  .argument('<period>', 'period start, as printed by "usage reconcile"')
  .option('--yes', 'skip confirmation')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/usage.js')).billLateUsage));

usage
  .command('take-over')
  .description(
    'after changing USAGE_REPORTER: continue from the usage Stripe has, so that nothing is billed twice; run it before startup',
  )
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/usage.js')).takeOverUsage));

const meter = program.command('meter').description('Meters of the catalog');

meter
  .command('test')
  .description(
    "send one real call through every step, from meter to Stripe's total; exit code 1 unless all pass",
  )
  .argument('<name>', 'meter name in the catalog')
  .option('--synthetic', 'create a test customer and call instead of waiting for a real one (test mode only)')
  .option('--timeout <duration>', 'overall timeout', '10m')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/meter-test.js')).testMeter));

meter
  .command('backtest')
  .description('show what a changed meter would have counted and charged in the past (read-only)')
  .argument('<name>', 'meter name in both catalogs')
  .requiredOption('--from <date>', 'billing periods that end after this time (UTC)')
  .requiredOption('--to <date>', 'billing periods that begin before this time (UTC)')
  .option('--catalog <file>', 'catalog to test (default: the current one)')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/meter-backtest.js')).backtestMeter));

const parked = program
  .command('ledger')
  .description('Ledger of paid calls')
  .command('parked')
  .description('Calls rejected by PostgreSQL and events rejected by Moesif');

parked
  .command('list')
  .description('list parked entries with reasons, oldest first (never their content)')
  .option('--limit <number>', 'maximum number', '100')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/ledger.js')).listParked));

parked
  .command('release')
  .description('retry parked entries; exit code 1 if none was retried or one was rejected again')
  .argument('[ids...]', 'IDs, as printed by the list')
  .option('--all', 'all parked entries')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/ledger.js')).releaseParked));

parked
  .command('discard')
  .description("discard an event for Moesif; calls can't be discarded")
  .argument('<id>', 'ID, as printed by the list')
  .option('--yes', 'confirm; this cannot be undone')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/ledger.js')).discardParked));

const token = program.command('token').description('Access tokens of an account');
const ACCOUNT = '--account <account>';
const ACCOUNT_HELP = 'email, customer ID (cus_…) or subscription ID (sub_…)';

token
  .command('issue')
  .description('issue a token and print it (shown once)')
  .requiredOption(ACCOUNT, ACCOUNT_HELP)
  .option('--name <name>', 'name shown in the list', 'Operator')
  .option('--user <user>', 'end user of the token: it can call the API only')
  .option('--scopes <list>', 'allowed scopes: call,read,manage (default: all)')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/tokens.js')).issueToken));

token
  .command('revoke')
  .description('revoke a token; it stops working within a second')
  .argument('<jti>', 'token ID')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/tokens.js')).revokeToken));

token
  .command('list')
  .description('list active tokens (without their values)')
  .requiredOption(ACCOUNT, ACCOUNT_HELP)
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/tokens.js')).listTokens));

program
  .command('accounts')
  .description('Customer accounts')
  .command('list')
  .description('list accounts, oldest first')
  .option('--limit <number>', 'maximum number', '100')
  .option('--json', 'print JSON')
  .action(lazyCommand(async () => (await import('./cli/tokens.js')).listAccounts));

addCompletion(program);
addExamples(program);

try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
}
