/** Unit specs stand beside the code; everything that needs more than one room stands in test/. */
const shared = {
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // The sources of the workspaces, as of everything else.
    '^@farebox/([^/]+)$': '<rootDir>/packages/$1/src/index',
  },
  transform: {
    // By the rules of .swcrc.
    '^.+\\.ts$': '@swc/jest',
  },
  testEnvironment: 'node',
};

export default {
  ...shared,
  roots: ['<rootDir>/src', '<rootDir>/packages', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '/test/crash/',
    '/test/browser/',
    '/test/live/',
    '/test/year/',
    '/test/pgbouncer/',
    '/test/package/',
  ],
  testTimeout: 180_000,
  // Most of the time of the slow ones is waiting for processes: more of them than cores.
  maxWorkers: 4,
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
};
