import base from '../../jest.config.js';

/** What takes minutes: `npm run test:year`. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/year'],
  testPathIgnorePatterns: ['/node_modules/'],
  // Whatever else the machine is doing: a run of minutes may take an hour.
  testTimeout: 7_200_000,
  maxWorkers: 2,
};
