/*
 * `nest add farebox`: imports FareboxModule into the root module, and writes a catalog, settings and a first test. What is there
 * already stays as it is, so it can be run again. CommonJS, as Nest's command line loads schematics with `require`.
 */
const { randomBytes } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const template = (name) => readFileSync(join(__dirname, 'files', name), 'utf8');

const IMPORT = `import { FareboxModule } from 'farebox';\n`;

const MODULE = `
    FareboxModule.forRootAsync({
      useFactory: () => ({
        stripe: {
          key: process.env['STRIPE_KEY'] ?? '',
          webhookSecret: process.env['STRIPE_WEBHOOK_SECRET'],
        },
        tokenSecret: process.env['TOKEN_SECRET'] ?? '',
        database: { url: process.env['DATABASE_URL'] },
        routes: { prefix: 'billing' },
      }),
    }),`;

/** The names and values of a file in the manner of dotenv that are not in it yet. */
const SETTINGS = () => [
  ['STRIPE_KEY', 'sk_test_'],
  ['STRIPE_WEBHOOK_SECRET', ''],
  ['TOKEN_SECRET', randomBytes(48).toString('base64')],
  ['DATABASE_URL', ''],
];

/** @returns {import('@angular-devkit/schematics').Rule} */
exports.default =
  ({ module = 'src/app.module.ts' } = {}) =>
  (tree, context) => {
    importModule(tree, context, module);
    writeUnlessThere(tree, context, 'monetization.yaml', () => template('monetization.yaml'));
    writeUnlessThere(tree, context, 'test/farebox.e2e-spec.ts', () =>
      template('farebox.e2e-spec.ts.template'),
    );
    addSettings(tree);
    context.logger.info(
      'Next: put your Stripe key into .env, have it loaded at start (ConfigModule, or node --env-file=.env), write your prices into monetization.yaml, and run: npx farebox catalog apply',
    );
    return tree;
  };

function importModule(tree, context, path) {
  const text = tree.exists(path) ? tree.readText(path) : undefined;
  if (text?.includes('FareboxModule')) return;
  // The first list of imports of a decorator.
  const found = text === undefined ? null : /@Module\(\s*\{[^]*?\bimports:\s*\[|@Module\(\s*\{/.exec(text);
  if (!found) {
    context.logger.warn(
      `${path} has no @Module({ … }): import FareboxModule yourself, as docs/in-your-application.md shows.`,
    );
    return;
  }
  const end = found.index + found[0].length;
  const added = found[0].endsWith('[') ? MODULE : `\n  imports: [${MODULE}\n  ],`;
  const behind = text.slice(end);
  const rest = /^\s*\n/.test(behind)
    ? behind
    : `\n${behind.startsWith(']') ? '  ' : '    '}${behind.trimStart()}`;
  tree.overwrite(path, IMPORT + text.slice(0, end) + added + rest);
}

function writeUnlessThere(tree, context, path, content) {
  if (tree.exists(path)) context.logger.info(`${path} is there, and stays as it is.`);
  else tree.create(path, content());
}

function addSettings(tree) {
  const before = tree.exists('.env') ? tree.readText('.env') : '';
  const missing = SETTINGS().filter(
    ([name]) => !new RegExp(`^\\s*(export\\s+)?${name}\\s*=`, 'm').test(before),
  );
  if (missing.length === 0) return;
  const lines = missing.map(([name, value]) => `${name}=${value}\n`).join('');
  const text = `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}# Farebox\n${lines}`;
  if (tree.exists('.env')) tree.overwrite('.env', text);
  else tree.create('.env', text);
}
