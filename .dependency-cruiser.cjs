/**
 * Who may import whom. A module is entered through its index.ts alone; arrows go one way.
 * test/architecture plants a violation of every rule and expects it to be found.
 */
const MODULES = {
  accounts: [],
  auth: ['accounts'],
  billing: ['accounts'],
  metering: ['accounts', 'billing'],
  analytics: ['accounts', 'metering'],
  registration: ['accounts', 'auth', 'billing', 'analytics'],
  portal: ['accounts', 'auth', 'billing', 'analytics', 'metering', 'registration', 'monetized-api'],
  admin: ['accounts', 'auth', 'billing', 'analytics', 'metering', 'registration', 'monetized-api'],
  'monetized-api': ['auth', 'metering'],
};

const moduleRules = Object.entries(MODULES).map(([name, allowed]) => ({
  name: `module-${name}`,
  comment: `${name} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other module'}.`,
  severity: 'error',
  from: { path: `^src/modules/${name}/` },
  to: { path: '^src/modules/', pathNot: `^src/modules/(?:${[name, ...allowed].join('|')})/` },
}));

/** A package of npm, by the folder it resolves to. */
const npm = (names) => `(?:^|/)node_modules/(?:${names})(?:/|$)`;

module.exports = {
  forbidden: [
    ...moduleRules,
    {
      name: 'front-door',
      comment: 'From outside, a module is its index.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/modules/' },
      to: { path: '^src/modules/[^/]+/', pathNot: '^src/modules/[^/]+/index[.]ts$' },
    },
    {
      name: 'front-door-between-modules',
      comment: 'From another module too.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: '^src/modules/[^/]+/', pathNot: '^src/modules/(?:$1/|[^/]+/index[.]ts$)' },
    },
    {
      name: 'catalogue-front-door',
      comment: 'The catalogue is entered through its index.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/catalogue/' },
      to: { path: '^src/catalogue/', pathNot: '^src/catalogue/index[.]ts$' },
    },
    {
      name: 'platform-knows-nobody',
      comment: 'The platform stands below everything.',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: '^src/platform/' },
    },
    {
      name: 'catalogue-is-pure',
      comment: 'The catalogue knows no module; its Nest module reads the settings and writes to the log.',
      severity: 'error',
      from: { path: '^src/catalogue/' },
      to: { path: '^src/', pathNot: '^src/(?:catalogue/|platform/(?:config|logging)/)' },
    },
    {
      name: 'sandbox-stands-apart',
      comment:
        'The twins must not share code with what they test; the launcher reads settings and finds PostgreSQL.',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: { path: '^src/', pathNot: '^src/(?:sandbox/|platform/(?:config|database)/)' },
    },
    {
      name: 'nobody-imports-the-sandbox',
      comment: 'The product runs without it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/sandbox/' },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'nobody-imports-the-programs',
      comment: 'main, cli and the application module are ends of the tree.',
      severity: 'error',
      from: { path: '^src/(?:modules|platform|catalogue|sandbox)/' },
      to: { path: '^src/(?:[^/]+[.]ts$|cli/)' },
    },
    {
      name: 'stripe-in-its-folder',
      comment: 'Stripe is a vendor: another one is another folder.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(?:modules/billing/stripe|sandbox)/' },
      to: { path: npm('stripe') },
    },
    {
      name: 'sandbox-uses-stripe-types-only',
      comment: "The twin is built against the SDK's types and runs without its code.",
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: { path: npm('stripe'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'moesif-in-its-folder',
      comment: 'Moesif is a vendor too.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/modules/analytics/moesif/' },
      to: { path: npm('moesif-nodejs|moesifapi') },
    },
    {
      name: 'passport-in-auth',
      comment: 'How tokens are verified is the business of auth.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/modules/auth/' },
      to: { path: npm('passport|passport-jwt|@nestjs/passport|@nestjs/jwt|jsonwebtoken') },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle has no order to read it in.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere would escape every rule.',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '[.]spec[.]ts$' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    moduleSystems: ['es6', 'cjs', 'tsd'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
