#!/usr/bin/env node
import 'reflect-metadata';
import { Command } from 'commander';
import { applyCatalogue } from './cli/catalog-apply.js';
import { doctor } from './cli/doctor.js';
import { reportFailure } from './cli/output.js';

const program = new Command('farebox')
  .description(
    "The operator's command line. Reads .env, or the settings of the sandbox that runs on the same FAREBOX_HOME.",
  )
  .showHelpAfterError()
  .addHelpText(
    'after',
    '\nExamples:\n  npm run farebox -- doctor\n  npm run farebox -- catalog apply --json',
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

try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
}
