/**
 * Who may import whom. A module is entered through its index.ts alone; arrows go one way.
 * test/architecture plants violations of every rule and expects them to be found.
 */
const MODULES = {
  accounts: [],
  auth: ['accounts'],
  subscriptions: ['accounts'],
  billing: ['accounts', 'subscriptions'],
  ledger: ['accounts'],
  meters: ['subscriptions', 'billing', 'ledger'],
  usage: ['subscriptions', 'billing', 'ledger', 'meters'],
  analytics: ['accounts', 'ledger'],
  registration: ['accounts', 'auth', 'subscriptions', 'billing'],
  checkout: ['accounts', 'auth', 'subscriptions', 'billing', 'registration'],
  portal: [
    'accounts',
    'auth',
    'subscriptions',
    'billing',
    'analytics',
    'ledger',
    'meters',
    'usage',
    'monetized-api',
  ],
  admin: [
    'accounts',
    'auth',
    'subscriptions',
    'billing',
    'analytics',
    'ledger',
    'meters',
    'usage',
    'monetized-api',
  ],
  'monetized-api': ['auth', 'ledger'],
  /** The former front door of the three, for the code of others. */
  metering: ['ledger', 'meters', 'usage'],
};

const moduleRules = Object.entries(MODULES).map(([name, allowed]) => ({
  name: `module-${name}`,
  comment: `${name} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other module'}.`,
  severity: 'error',
  from: { path: `^src/modules/${name}/` },
  to: { path: '^src/modules/', pathNot: `^src/modules/(?:${[name, ...allowed].join('|')})/` },
}));

/** The layers of the Stripe emulator, from the lowest, and whom each may import. What stands at its root is above all. */
const STRIPE_TWIN = {
  state: [],
  wire: ['state'],
  events: ['state', 'wire'],
  twin: ['state', 'wire', 'events'],
  billing: ['state', 'wire', 'twin'],
  checkout: ['state', 'wire', 'twin', 'billing'],
  portal: ['state', 'wire', 'twin', 'billing'],
  resources: ['state', 'wire', 'events', 'twin', 'billing', 'checkout', 'portal'],
  pages: ['state', 'wire', 'twin', 'billing', 'checkout', 'portal'],
};

/** A layer is a folder, or the one file of that name. */
const stripeTwin = (names) => `^packages/stripe-twin/src/(?:${names.join('|')})(?:/|[.]ts$)`;

const stripeTwinRules = Object.entries(STRIPE_TWIN).map(([name, allowed]) => ({
  name: `stripe-twin-${name}`,
  comment: `${name} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other layer'}.`,
  severity: 'error',
  from: { path: stripeTwin([name]) },
  to: { path: '^packages/stripe-twin/src/', pathNot: stripeTwin([name, ...allowed]) },
}));

/** The source, the workspaces and the tests: what is a matter of vendors and of order holds for all. */
const OURS = '^(?:src|packages|test)/';

/** The sources of the workspaces: the emulators and what they share. A package is a link to them. */
const EMULATORS = '(?:^|/)packages/[^/]+/src/|(?:^|/)node_modules/@farebox/';

/** Suites that hold the SDKs against the twins and the real services. */
const CONTRACT = '(?:test/(?:contract|live)|packages/[^/]+/test)/';

/** The folders of vendors, in their modules. */
const VENDORS = '(?:billing/stripe|analytics/moesif)/';

/** The ports of billing, each family of them a front door of its own. */
const PORTS = 'billing/ports/[^/]+[.]ts$';

/** A package of npm, by the folder it resolves to. */
const npm = (names) => `(?:^|/)node_modules/(?:${names})(?:/|$)`;

/** The packages of HTTP adapters. */
const HTTP_ADAPTERS = npm(
  '@fastify/[^/]+|fastify|express|@types/express|@nestjs/platform-(?:fastify|express)',
);

/** What serves the application of this repository, on Fastify. */
const REFERENCE_APPLICATION =
  '(?:main|configure-app|application-http|api-document|operator-port|end-on-signal)[.]ts$';

module.exports = {
  forbidden: [
    ...moduleRules,
    ...stripeTwinRules,
    {
      name: 'stripe-twin-without-layer',
      comment: 'A new folder of the Stripe emulator says here whom it may import.',
      severity: 'error',
      from: {
        path: '^packages/stripe-twin/src/[^/]+/',
        pathNot: stripeTwin(Object.keys(STRIPE_TWIN)),
      },
      to: {},
    },
    {
      name: 'module-without-rule',
      comment: 'A new module says here whom it may import.',
      severity: 'error',
      from: { path: '^src/modules/', pathNot: `^src/modules/(?:${Object.keys(MODULES).join('|')})/` },
      to: {},
    },
    {
      name: 'front-door',
      comment:
        'From outside, a module is its index.ts, and billing its ports too; the programs choose among vendors by theirs.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/modules/' },
      to: {
        path: '^src/modules/[^/]+/',
        pathNot: `^src/modules/(?:(?:[^/]+/|${VENDORS})index[.]ts$|${PORTS})`,
      },
    },
    {
      name: 'front-door-between-modules',
      comment: 'From another module too.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: '^src/modules/[^/]+/', pathNot: `^src/modules/(?:$1/|[^/]+/index[.]ts$|${PORTS})` },
    },
    {
      name: 'vendor-behind-its-port',
      comment:
        'The application chooses the billing provider, and the Nest module of analytics its vendor. Nothing else knows which vendor serves a port.',
      severity: 'error',
      from: {
        path: '^src/modules/',
        pathNot: `^src/modules/${VENDORS}|^src/modules/analytics/[^/]+[.]module(?:[.]spec)?[.]ts$`,
      },
      to: { path: `^src/modules/${VENDORS}` },
    },
    {
      name: 'meter-events-front-door',
      comment: "Minutes, digits, proofs and the provider's error codes stay behind it: see its index.ts.",
      severity: 'error',
      from: { path: '^src/modules/usage/', pathNot: '^src/modules/usage/(?:meter-events/|.*[.]spec[.]ts$)' },
      to: {
        path: '^src/modules/usage/meter-events/',
        pathNot: '^src/modules/usage/meter-events/index[.]ts$',
      },
    },
    {
      name: 'catalog-front-door',
      comment: 'The catalog is entered through its index.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/catalog/' },
      to: { path: '^src/catalog/', pathNot: '^src/catalog/index[.]ts$' },
    },
    {
      name: 'platform-knows-nobody',
      comment: 'The platform stands below everything.',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: '^src/platform/' },
    },
    {
      name: 'catalog-knows-no-module',
      comment: 'Every module may import the catalog, so it imports none.',
      severity: 'error',
      from: { path: '^src/catalog/' },
      to: { path: '^src/', pathNot: '^src/(?:catalog|platform)/' },
    },
    {
      name: 'catalog-is-pure',
      comment:
        'Its Nest module alone reads the settings and writes to the log. Every file that people edit is read by one function.',
      severity: 'error',
      from: { path: '^src/catalog/', pathNot: '^src/catalog/catalog[.]module[.]ts$' },
      to: { path: '^src/platform/', pathNot: '^src/platform/config/text-file[.]ts$' },
    },
    {
      name: 'catalog-module-of-little-platform',
      comment: 'Where the file is, and where to say so: settings and log.',
      severity: 'error',
      from: { path: '^src/catalog/catalog[.]module[.]ts$' },
      to: { path: '^src/platform/', pathNot: '^src/platform/(?:config|logging)/' },
    },
    {
      name: 'sandbox-stands-apart',
      comment:
        'The launcher reads settings, finds PostgreSQL and starts programs; it knows nothing of the product.',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: {
        path: '^src/',
        pathNot:
          '^src/(?:sandbox/|platform/(?:config|processes)/|platform/(?:embedded-postgres/embedded-postgres|project/project)[.]ts$)',
      },
    },
    {
      name: 'emulators-stand-alone',
      comment: 'They must not share code with what they test.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(?:src|test)/' },
    },
    {
      name: 'emulator-front-door',
      comment: 'An emulator knows no other one, and of what they share the front door.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: EMULATORS, pathNot: '^packages/$1/|(?:^|/)packages/twin-kit/src/index[.]ts$' },
    },
    {
      name: 'product-knows-no-emulator',
      comment:
        'Production installs have none. The launcher starts them and knows their names; tests start them as programs.',
      severity: 'error',
      from: { path: '^(?:src|test)/', pathNot: '^src/sandbox/' },
      to: { path: EMULATORS },
    },
    {
      name: 'launcher-knows-names',
      comment: 'The launcher starts the emulators as programs.',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: { path: EMULATORS, pathNot: '(?:^|/)packages/[^/]+/src/constants[.]ts$' },
    },
    {
      name: 'nobody-imports-the-sandbox',
      comment: 'The product runs without it, and tests run it as a program.',
      severity: 'error',
      from: { path: OURS, pathNot: '^src/sandbox/' },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'nobody-imports-the-programs',
      comment: 'main, cli and the application module are ends of the tree.',
      severity: 'error',
      from: { path: '^src/(?:modules|platform|catalog|sandbox)/' },
      to: { path: '^src/(?:[^/]+[.]ts$|cli/)' },
    },
    {
      name: 'nobody-imports-the-command-line',
      comment: 'It is a program of its own, beside the application.',
      severity: 'error',
      from: { path: OURS, pathNot: '^src/cli(?:[.]ts$|/)' },
      to: { path: '^src/cli(?:[.]ts$|/)' },
    },
    {
      name: 'stripe-in-its-folder',
      comment: 'Stripe is a vendor: another one is another folder.',
      severity: 'error',
      from: {
        path: OURS,
        pathNot: `^(?:src/modules/billing/stripe/|packages/(?:stripe|moesif)-twin/|${CONTRACT})`,
      },
      to: { path: npm('stripe') },
    },
    {
      name: 'emulators-use-stripe-types-only',
      comment: "The emulator is built against the SDK's types and runs without its code.",
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: npm('stripe'), dependencyTypesNot: ['type-only', 'type-import'] },
    },
    {
      name: 'moesif-in-its-folder',
      comment: 'Moesif is a vendor too.',
      severity: 'error',
      from: { path: OURS, pathNot: `^(?:src/modules/analytics/moesif/|${CONTRACT})` },
      to: { path: npm('moesif[^/]*') },
    },
    {
      name: 'passport-in-auth',
      comment: 'How tokens are verified is the business of auth.',
      severity: 'error',
      from: { path: OURS, pathNot: '^src/modules/auth/' },
      to: { path: npm('(?:@nestjs/|@types/)?passport[^/]*|@nestjs/jwt|jsonwebtoken') },
    },
    {
      name: 'http-adapter-behind-its-port',
      comment:
        'An application around Farebox runs on Fastify or Express: only the adapters of HttpExchanges, tracing, and the reference application know which.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: `^src/(?:platform/(?:http/adapters|tracing)/|${REFERENCE_APPLICATION})|[.]spec[.]ts$`,
      },
      to: { path: HTTP_ADAPTERS },
    },
    {
      name: 'http-adapter-types-only',
      comment:
        'And of these, the reference application alone loads one: an application around Farebox has the other.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/${REFERENCE_APPLICATION}|[.]spec[.]ts$` },
      to: { path: HTTP_ADAPTERS, dependencyTypesNot: ['type-only', 'type-import'] },
    },
    {
      name: 'mail-in-its-folder',
      comment: 'Mails are handed to the port Mailer. (Tests of the mail catcher send some.)',
      severity: 'error',
      from: { path: '^(?:src|packages)/', pathNot: '^src/platform/mail/' },
      to: { path: npm('(?:@types/)?nodemailer') },
    },
    {
      name: 'tracing-when-asked',
      comment:
        'OpenTelemetry is loaded where a collector is named, and nowhere else. What marks a span needs none of it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/tracing/(?!in-span[.]ts$)' },
      to: {
        path: `^src/platform/tracing/(?!in-span[.]ts$)|${npm('@opentelemetry')}`,
        dynamic: false,
        dependencyTypesNot: ['type-only', 'type-import'],
      },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle has no order to read it in.',
      severity: 'error',
      from: { path: OURS },
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment:
        'A file that imports nothing and that nothing imports is a leftover. (Node preloads end-with-parent into the programs of the sandbox.)',
      severity: 'error',
      from: {
        path: '^(?:src|packages)/',
        pathNot: '(?:[.]d|^src/sandbox/launcher/end-with-parent)[.]ts$',
        orphan: true,
      },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere would escape every rule.',
      severity: 'error',
      from: { path: OURS },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The hosts of the packed package are applications of their own, with packages of their own.
    exclude: { path: '^(?:packages/[^/]+/(?:bin|dist)|test/package/host)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    moduleSystems: ['es6', 'cjs', 'tsd'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
