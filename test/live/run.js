/*
 * `npm run test:live`: the contract suites against the real services, with the keys of a test mode:
 *   STRIPE_TEST_KEY              a secret key sk_test_… of a Stripe sandbox or test mode
 *   MOESIF_TEST_APPLICATION_ID   the Collector Application Id of a Moesif application made for tests
 *   STRIPE_TEST_API_BASE         optional: another address that speaks Stripe's API, a proxy, say
 * More arguments choose files: `npm run test:live -- usage-questions`. What Stripe's documentation leaves open (the table
 * of docs/stripe-twin.md) is written out as "Stripe answers: …".
 * Either key is enough. Without any there is nothing to test, which is an error and not a success.
 */
import { spawnSync } from 'node:child_process';

const suites = [
  { key: 'STRIPE_TEST_KEY', name: 'Stripe', path: 'test/contract/stripe/' },
  { key: 'MOESIF_TEST_APPLICATION_ID', name: 'Moesif', path: 'packages/moesif-twin/test/collector' },
];

const chosen = process.argv.slice(2);
const wanted = suites.filter(({ key }) => process.env[key]);
if (wanted.length === 0) {
  process.stderr.write(
    `Set ${suites.map(({ key }) => key).join(' or ')} to test against the real service.\n`,
  );
  process.exit(1);
}
for (const { name } of suites.filter((suite) => !wanted.includes(suite)))
  process.stdout.write(`Without a key, not tested: ${name}\n`);

const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--runInBand',
    '--testPathIgnorePatterns',
    '/twin/',
    '/node_modules/',
    '--',
    ...wanted.map(({ path }) => (chosen.length > 0 ? `${path}.*(${chosen.join('|')})` : path)),
  ],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
