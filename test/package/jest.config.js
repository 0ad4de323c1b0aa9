import base from '../../jest.config.js';

/** The packed package in applications of their own, installed from the npm registry: `npm run test:package`. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/package'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 600_000,
  maxWorkers: 1,
};
