/*
 * `npm run test:crash -- [--short] [--rounds N] [--seed N]`: kills and faults. 100 rounds, or 3 in the short form. The
 * seed is printed; with the same seed the same moments, faults and people are chosen again.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seed: { type: 'string' },
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
    // Three rounds mostly wait for programs to start and stop.
    ...(values.short ? ['--maxWorkers', '2'] : []),
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      CRASH_ROUNDS: values.rounds ?? (values.short ? '3' : '100'),
      CRASH_SEED: values.seed ?? String(randomInt(1, 1_000_000)),
    },
  },
);
process.exit(status ?? 1);
