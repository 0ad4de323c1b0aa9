/**
 * `npm run test:browser -- [--short] [jest's own arguments]`. The short form leaves out the screenshots and the
 * matrix of themes and widths: what remains is every state of the page and the walk through the whole application.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const given = process.argv.slice(2);
const short = given.includes('--short')
  ? ['--testPathIgnorePatterns', '/node_modules/', '\\.matrix\\.spec\\.ts$']
  : [];

const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(new URL('../../node_modules/jest/bin/jest.js', import.meta.url)),
    '--config',
    fileURLToPath(new URL('jest.config.js', import.meta.url)),
    ...given.filter((argument) => argument !== '--short'),
    ...short,
  ],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill(signal));
jest.on('exit', (code) => process.exit(code ?? 1));
