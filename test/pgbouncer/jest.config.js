import base from '../../jest.config.js';

/** Behind a real PgBouncer, which must be installed (Debian: `pgbouncer`): `npm run test:pgbouncer`. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/pgbouncer'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
};
