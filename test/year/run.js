/*
 * `npm run test:year -- [--short] [--seed N] [--customers N] [--months N] [--changes N] [FILE…]`: 50 customers live through 13 months in minutes, or 8
 * through 3 in the short form; of the seeds of random changes it takes 30, or 3. The seed is printed; with the same seed the same people do the same at
 * the same times. FILE is a part of a name of a test file: `year`, `planted`, `changes`.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    seed: { type: 'string' },
    customers: { type: 'string' },
    months: { type: 'string' },
    changes: { type: 'string' },
  },
});
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    path('../../node_modules/jest/bin/jest.js'),
    '--config',
    path('jest.config.js'),
    ...positionals.map((name) => `/test/year/${name}`),
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      YEAR_FORM: values.short ? 'short' : 'long',
      ...(values.customers && { YEAR_CUSTOMERS: values.customers }),
      ...(values.months && { YEAR_MONTHS: values.months }),
      ...(values.changes && { YEAR_CHANGES: values.changes }),
      YEAR_SEED: values.seed ?? String(randomInt(1, 1_000_000)),
    },
  },
);
process.exit(status ?? 1);
