#!/usr/bin/env node
import { Command, Option } from 'commander';
import { addCompletion } from './cli/completion.js';
import { addExamples } from './cli/examples.js';
import { later } from './cli/later.js';
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
    "The operator's command line. Reads .env, or the settings of the sandbox that runs on the same FAREBOX_HOME.",
  )
  .showHelpAfterError();

const catalog = program.command('catalog').description('The plans, prices and meters of the catalogue file');

const MIGRATE = '--migrate';
const MIGRATE_NOW = '--migrate-now';
const DROP_CURRENCIES = '--drop-currencies';

catalog
  .command('plan')
  .description('show what apply would do; changes nothing')
  .option(MIGRATE, 'with the subscriptions that would be moved to the present prices, and when')
  .option(MIGRATE_NOW, 'the same at once, with those for which something would begin anew')
  .option(DROP_CURRENCIES, 'with prices replaced that have amounts in other currencies too')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/catalog.js')).planCatalogue));

catalog
  .command('apply')
  .description('make Stripe what the file says; running it again changes nothing')
  .option(MIGRATE, 'move subscriptions from former prices to the present ones when their periods end')
  .option(MIGRATE_NOW, 'move them at once, in the middle of their periods')
  .option('--migrate-cancel', 'take back the moves that are to happen when periods end')
  .option(DROP_CURRENCIES, 'replace prices that have amounts in other currencies too by prices without them')
  .option('--yes', 'move them at once although allowances, tiers and the like begin anew')
  .option('--show-secrets', 'print the signing secrets of new webhook endpoints')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/catalog.js')).applyCatalogue));

catalog
  .command('drift')
  .description('say what in Stripe is not as in the file; exits with 1 when there is something')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/catalog.js')).showDrift));

catalog
  .command('import')
  .description('write the file that would make what the account has; changes nothing at Stripe')
  .option('--out <file>', 'where to; absent: standard output')
  .option('--force', 'write over the file')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/catalog.js')).importCatalogueFile));

catalog
  .command('price')
  .description('price a quantity on a plan, line by line (offline)')
  .argument('<plan>', 'its id')
  .argument('<quantity>', 'units of one billing period')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/catalog-price.js')).priceQuantity));

program
  .command('doctor')
  .description(
    'look whether keys, prices, webhooks, Moesif and the database are set up so that Farebox can work; changes nothing',
  )
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/doctor.js')).doctor));

program
  .command('migrate')
  .description("bring the database's schema up to this release; a start does the same")
  .option('--check', 'change nothing; exit code 1 when a migration is pending')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/migrate.js')).migrateSchema));

const webhooks = program.command('webhooks').description('What Stripe told us');

webhooks
  .command('list')
  .description('the latest events, newest first')
  .addOption(new Option('--state <state>', 'only those in this state').choices(Object.keys(WEBHOOK_STATES)))
  .option('--limit <number>', 'how many', '50')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/webhooks.js')).listWebhooks));

webhooks
  .command('replay')
  .description('have events applied again: each reads the present state from Stripe, so it is always safe')
  .argument('[ids...]', 'evt_…')
  .option('--parked', 'all that are parked')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/webhooks.js')).replayWebhooks));

const usage = program.command('usage').description('What was used, and what Stripe was told of it');

usage
  .command('report')
  .description(
    'report now, instead of at the next REPORT_INTERVAL; exit code 1 when something could not be told',
  )
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/usage.js')).reportUsage));

usage
  .command('reconcile')
  .description(
    'put ledger, meters, what was told and what Stripe shows side by side; changes nothing; exit code 1 on a mismatch',
  )
  .option('--customer <customer>', 'cus_…: of one customer alone')
  .option('--all', 'show what is equal too')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/usage.js')).reconcileUsage));

usage
  .command('adjust')
  .description(
    "take back what Stripe shows beyond what it was told, as a reconciliation found it: an operator's decision",
  )
  .argument('<customer>', 'cus_…')
  .argument('<meter>', 'its name in the catalogue')
  .argument('<period>', 'its beginning, as "usage reconcile" prints it')
  .option('--yes', 'do it without asking')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/usage.js')).adjustUsage));

usage
  .command('lost')
  .description(
    'list what Stripe took and its totals do not show, and the evidence that it is lost and not late; changes nothing; exit code 1 when there is something',
  )
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/usage.js')).listLostUsage));

usage
  .command('resend')
  .description("report again what Stripe took and does not show: an operator's decision")
  .argument('<customer>', 'cus_…')
  .argument('<meter>', 'its name in the catalogue')
  .argument('<period>', 'its beginning, as "usage lost" prints it')
  .option('--yes', 'do it without asking')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/usage.js')).resendUsage));

usage
  .command('waive')
  .description(
    "give up what Stripe took and does not show, such as events that were cancelled there: an operator's decision",
  )
  .argument('<customer>', 'cus_…')
  .argument('<meter>', 'its name in the catalogue')
  .argument('<period>', 'its beginning, as "usage reconcile" prints it')
  .option('--cancel', 'cancel at Stripe what was sent within 24 hours, and give that up')
  .option('--yes', 'do it without asking')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/usage.js')).waiveUsage));

usage
  .command('bill-late')
  .description(
    "bill what was found after the invoice of its period was final, on the customer's next invoice: an operator's decision",
  )
  .argument('<customer>', 'cus_…')
  .argument('<meter>', 'its name in the catalogue')
  .argument('<period>', 'its beginning, as "usage reconcile" prints it')
  .option('--yes', 'do it without asking')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/usage.js')).billLateUsage));

usage
  .command('take-over')
  .description(
    'after another USAGE_REPORTER was set: take what Stripe shows as reported, so that nothing is billed twice; run it before the start',
  )
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/usage.js')).takeOverUsage));

const meter = program.command('meter').description('The meters of the catalogue');

meter
  .command('test')
  .description(
    "follow usage from the catalogue to Stripe's total, once and really; exit code 1 unless every stage passes",
  )
  .argument('<name>', 'its name in the catalogue')
  .option('--synthetic', 'make a customer and a call, instead of waiting for some; never with a live key')
  .option('--timeout <duration>', 'how long to wait for all of it', '10m')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/meter-test.js')).testMeter));

meter
  .command('backtest')
  .description('what a changed meter would have counted and charged in the past; changes nothing')
  .argument('<name>', 'its name in both catalogues')
  .requiredOption('--from <date>', 'billing periods that end after it, UTC')
  .requiredOption('--to <date>', 'billing periods that begin before it, UTC')
  .option('--catalog <file>', 'the catalogue to be tried; absent: the present one')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/meter-backtest.js')).backtestMeter));

const parked = program
  .command('ledger')
  .description('What was called')
  .command('parked')
  .description('Calls that PostgreSQL, and exchanges that Moesif, refused for what is in them');

parked
  .command('list')
  .description('what is parked, oldest first, and why; never what is in it')
  .option('--limit <number>', 'how many', '100')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/ledger.js')).listParked));

parked
  .command('release')
  .description('have it taken again, once; exit code 1 when none was, or one is refused still')
  .argument('[ids...]', 'as the list prints them')
  .option('--all', 'everything that is parked')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/ledger.js')).releaseParked));

parked
  .command('discard')
  .description('throw an exchange away, so that Moesif never sees it; never a call')
  .argument('<id>', 'as the list prints it')
  .option('--yes', 'it cannot be undone')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/ledger.js')).discardParked));

const token = program.command('token').description('Tokens of an account');
const ACCOUNT = '--account <account>';
const ACCOUNT_HELP = 'an email, or a Stripe id: cus_… or sub_…';

token
  .command('issue')
  .description('print a new token, once')
  .requiredOption(ACCOUNT, ACCOUNT_HELP)
  .option('--name <name>', 'what it is called in the list', 'Operator')
  .option('--user <user>', 'the end user it is for: it can call the API only')
  .option('--scopes <list>', 'what it may be used for: call,read,manage (default: all)')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/tokens.js')).issueToken));

token
  .command('revoke')
  .description('take a token back: it stops working everywhere within a second')
  .argument('<jti>', 'its id')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/tokens.js')).revokeToken));

token
  .command('list')
  .description('those that work, without their value')
  .requiredOption(ACCOUNT, ACCOUNT_HELP)
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/tokens.js')).listTokens));

program
  .command('accounts')
  .description('The customers')
  .command('list')
  .description('accounts, oldest first')
  .option('--limit <number>', 'how many', '100')
  .option('--json', 'print JSON')
  .action(later(async () => (await import('./cli/tokens.js')).listAccounts));

addCompletion(program);
addExamples(program);

try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
}
