import base from '../../jest.config.js';

/** What takes minutes: `npm run test:year`. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/year'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 1_800_000,
  maxWorkers: 2,
};
