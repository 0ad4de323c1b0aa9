import base from '../../jest.config.js';

/** Pages in a real browser: `npm run test:browser`. Two browsers at a time are what two cores carry. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/browser'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 180_000,
  maxWorkers: 2,
};
