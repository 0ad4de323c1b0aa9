import base from '../../jest.config.js';

/** What takes minutes: `npm run test:crash`. One file at a time, as each loads the machine; two in the short form. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/crash'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 3_600_000,
  maxWorkers: 1,
};
