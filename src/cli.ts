#!/usr/bin/env node
import 'reflect-metadata';
import { Command, Option } from 'commander';
import { applyCatalogue } from './cli/catalog-apply.js';
import { doctor } from './cli/doctor.js';
import { reportFailure } from './cli/output.js';
import { listWebhooks, replayWebhooks } from './cli/webhooks.js';
import { WEBHOOK_STATES } from './modules/billing/index.js';

const program = new Command('farebox')
  .description(
    "The operator's command line. Reads .env, or the settings of the sandbox that runs on the same FAREBOX_HOME.",
  )
  .showHelpAfterError()
  .addHelpText(
    'after',
    '\nExamples:\n  npm run farebox -- doctor\n  npm run farebox -- catalog apply --json\n  npm run farebox -- webhooks list --state parked',
  );

const catalog = program.command('catalog').description('The plans, prices and meters of the catalogue file');

catalog
  .command('apply')
  .description('make what the catalogue has and Stripe lacks; running it again changes nothing')
  .option('--json', 'print JSON')
  .action(applyCatalogue);

program
  .command('doctor')
  .description(
    'look whether keys, prices, webhooks, Moesif and the database are set up so that Farebox can work; changes nothing',
  )
  .option('--json', 'print JSON')
  .action(doctor);

const webhooks = program.command('webhooks').description('What Stripe told us');

webhooks
  .command('list')
  .description('the latest events, newest first')
  .addOption(new Option('--state <state>', 'only those in this state').choices(WEBHOOK_STATES))
  .option('--limit <number>', 'how many', '50')
  .option('--json', 'print JSON')
  .action(listWebhooks);

webhooks
  .command('replay')
  .description('have events applied again: each reads the present state from Stripe, so it is always safe')
  .argument('[ids...]', 'evt_…')
  .option('--parked', 'all that are parked')
  .option('--json', 'print JSON')
  .action(replayWebhooks);

try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
}
