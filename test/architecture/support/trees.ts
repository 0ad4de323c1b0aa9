import type { Tree } from './cruise.js';

/**
 * Whom each module may import, as the architecture says it. Written out here a second time on purpose: a rule that is
 * loosened shows up as a difference.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
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
    'ledger',
    'meters',
    'usage',
    'analytics',
    'monetized-api',
  ],
  admin: [
    'accounts',
    'auth',
    'subscriptions',
    'billing',
    'ledger',
    'meters',
    'usage',
    'analytics',
    'monetized-api',
  ],
  'monetized-api': ['auth', 'ledger'],
  metering: ['ledger', 'meters', 'usage'],
};

export const MODULES = Object.keys(MAY_IMPORT);

/** The same for the layers of the Stripe emulator. `twin` is a file, the others are folders. */
export const LAYER_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
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

export const LAYERS = Object.keys(LAYER_MAY_IMPORT);

/** Everything that is allowed and could be mistaken for a violation. Also the ground on which violations are planted. */
export const GOOD: Tree = {
  'src/main.ts': [
    `import './modules/auth/index.js';`,
    `import type { Tracing } from './platform/tracing/tracing.js';`,
    `export const late = import('./platform/tracing/tracing.js');`,
  ],
  'src/cli.ts': [`import './cli/tool.js';`],
  'src/cli/tool.ts': [`import '../modules/billing/index.js';`, `import '../catalog/index.js';`],
  'src/catalog/index.ts': [`export * from './inner.js';`, `export * from './catalog.module.js';`],
  'src/catalog/inner.ts': [],
  'src/catalog/catalog.module.ts': [
    `import '../platform/config/settings.js';`,
    `import '../platform/logging/logger.js';`,
  ],
  'src/platform/config/settings.ts': [],
  'src/platform/logging/logger.ts': [`import '../config/settings.js';`],
  'src/platform/mail/mailer.ts': [`import 'nodemailer';`],
  'src/platform/tracing/in-span.ts': [],
  'src/platform/tracing/tracing.ts': [`import './in-span.js';`, `import '@opentelemetry/api';`],
  'src/platform/http/http.ts': [`import '../config/settings.js';`],
  'src/platform/database/database.ts': [`import '../config/settings.js';`],
  'src/platform/embedded-postgres/embedded-postgres.ts': [`import '../config/settings.js';`],
  'src/platform/embedded-postgres/server.ts': [`import './embedded-postgres.js';`],
  'src/platform/processes/lock.ts': [`import '../config/settings.js';`],
  'src/sandbox/launcher.ts': [
    `import '../platform/config/settings.js';`,
    `import '../platform/embedded-postgres/embedded-postgres.js';`,
    `import '../platform/processes/lock.js';`,
    `import '../../packages/stripe-twin/src/constants.js';`,
    `import '@farebox/moesif-twin/constants';`,
  ],
  'packages/stripe-twin/src/constants.ts': [`import './twin.js';`],
  'packages/stripe-twin/src/state/rows.ts': [],
  'packages/stripe-twin/src/twin.ts': [
    `import './state/rows.js';`,
    `import '../../twin-kit/src/index.js';`,
    `import '@farebox/twin-kit';`,
    `import type Stripe from 'stripe';`,
    `import { type Stripe as Inline } from 'stripe';`,
    `export type Price = import('stripe').Stripe.Price;`,
  ],
  'packages/twin-kit/src/index.ts': [`import './inner.js';`],
  'packages/twin-kit/src/inner.ts': [],
  ...Object.fromEntries(
    MODULES.flatMap((name) => [
      [
        `src/modules/${name}/index.ts`,
        [
          `export * from './inner.js';`,
          `import '../../platform/http/http.js';`,
          `import '../../catalog/index.js';`,
        ],
      ],
      [`src/modules/${name}/inner.ts`, []],
    ]),
  ),
  'src/app.module.ts': [`import './modules/billing/stripe/index.js';`],
  'src/modules/billing/ports/usage-sink.ts': [],
  'src/modules/usage/reporter.ts': [
    `import '../billing/ports/usage-sink.js';`,
    `import './meter-events/index.js';`,
  ],
  'src/modules/usage/meter-events/index.ts': [`export * from './minutes.js';`],
  'src/modules/usage/meter-events/minutes.ts': [],
  'src/modules/billing/stripe/index.ts': [`export * from './client.js';`],
  'src/modules/analytics/analytics.module.ts': [`import './moesif/client.js';`],
  'src/modules/billing/stripe/client.ts': [`import 'stripe';`, `import '../../accounts/index.js';`],
  'src/modules/analytics/moesif/client.ts': [`import 'moesif-nodejs';`, `import 'moesifapi';`],
  'src/modules/auth/strategy.ts': [`import 'passport-jwt';`, `import '@nestjs/passport';`],
  'packages/stripe-twin/test/sdk.spec.ts': [`import 'stripe';`, `import '../src/constants.js';`],
  'test/contract/sdk.spec.ts': [`import 'stripe';`, `import 'moesif-nodejs';`],
  'test/e2e/any.spec.ts': [`import '../../src/platform/database/database.js';`],
};

/** A file in a folder, and the line in it that breaks the rule. */
export type Violation = readonly [folder: string, line: string, fileName?: string];

/** For every rule but those of the modules, the ways to break it. */
export const BAD: Readonly<Record<string, readonly Violation[]>> = {
  'module-without-rule': [['src/modules/surprise', `import '../../platform/http/http.js';`]],
  'front-door': [
    ['src', `import './modules/auth/inner.js';`],
    ['src/cli', `import type { it } from '../modules/billing/stripe/client.js';`],
  ],
  'front-door-between-modules': [
    ['src/modules/checkout', `import '../billing/stripe/index.js';`],
    ['src/modules/auth', `import '../accounts/inner.js';`],
    ['src/modules/usage', `export const late = import('../billing/inner.js');`],
  ],
  'vendor-behind-its-port': [
    ['src/modules/billing', `export * from './stripe/client.js';`, 'index'],
    ['src/modules/billing/webhooks', `import '../stripe/client.js';`],
    ['src/modules/billing', `import './stripe/index.js';`, 'billing.module'],
    ['src/modules/analytics', `import type { it } from './moesif/client.js';`],
  ],
  'meter-events-front-door': [
    ['src/modules/usage', `import './meter-events/minutes.js';`],
    ['src/modules/usage/late', `import type { it } from '../meter-events/minutes.js';`],
  ],
  'catalog-front-door': [
    ['src/modules/billing', `import '../../catalog/inner.js';`],
    ['src/cli', `import '../catalog/inner.js';`],
  ],
  'platform-knows-nobody': [
    ['src/platform/http', `import '../../modules/auth/index.js';`],
    ['src/platform/http', `import type { it } from '../../catalog/index.js';`],
  ],
  'catalog-knows-no-module': [
    ['src/catalog', `import '../modules/accounts/index.js';`],
    ['src/catalog', `import '../sandbox/launcher.js';`],
  ],
  'catalog-is-pure': [['src/catalog', `import '../platform/config/settings.js';`]],
  'catalog-module-of-little-platform': [
    ['src/catalog', `import '../platform/http/http.js';`, 'catalog.module'],
  ],
  'sandbox-stands-apart': [
    ['src/sandbox', `import '../modules/billing/index.js';`],
    ['src/sandbox', `import '../catalog/index.js';`],
    ['src/sandbox', `import '../platform/http/http.js';`],
    ['src/sandbox', `import '../platform/database/database.js';`],
    ['src/sandbox', `import '../platform/embedded-postgres/server.js';`],
  ],
  'stripe-twin-without-layer': [['packages/stripe-twin/src/surprise', `import '../state/rows.js';`]],
  'emulators-stand-alone': [
    ['packages/stripe-twin/src', `import '../../../src/catalog/index.js';`],
    ['packages/twin-kit/src', `import type { it } from '../../../src/platform/http/http.js';`],
    ['packages/moesif-twin/src', `import '../../../test/e2e/any.spec.js';`],
  ],
  'emulator-front-door': [
    ['packages/stripe-twin/src', `import '../../twin-kit/src/inner.js';`],
    ['packages/moesif-twin/src', `import '../../stripe-twin/src/constants.js';`],
    ['packages/moesif-twin/src', `import '@farebox/stripe-twin';`],
    ['packages/twin-kit/src', `import type { it } from '@farebox/stripe-twin/constants';`],
  ],
  'product-knows-no-emulator': [
    ['src/modules/billing', `import '@farebox/stripe-twin';`],
    ['src/platform/http', `import '../../../packages/twin-kit/src/index.js';`],
    ['src/cli', `export const late = import('@farebox/stripe-twin/constants');`],
    ['test/e2e', `import '../../packages/stripe-twin/src/twin.js';`],
  ],
  'launcher-knows-names': [
    ['src/sandbox', `import '@farebox/stripe-twin';`],
    ['src/sandbox', `import '../../packages/twin-kit/src/index.js';`],
  ],
  'nobody-imports-the-sandbox': [
    ['src/modules/billing', `import '../../sandbox/launcher.js';`],
    ['src', `import './sandbox/launcher.js';`],
    ['test/e2e', `import '../../src/sandbox/launcher.js';`],
  ],
  'nobody-imports-the-programs': [['src/modules/auth', `import '../../main.js';`]],
  'nobody-imports-the-command-line': [
    ['src', `import './cli/tool.js';`],
    ['test/e2e', `import '../../src/cli.js';`],
  ],
  'stripe-in-its-folder': [
    ['src/modules/billing', `import 'stripe';`],
    ['src/modules/registration', `import type Stripe from 'stripe';`],
    ['src/modules/portal', `export const late = import('stripe');`],
    ['src/modules/portal', `export * from 'stripe';`],
    ['src/cli', `import 'stripe';`],
    ['test/e2e', `import 'stripe';`],
    ['src/sandbox', `import type Stripe from 'stripe';`],
    ['packages/twin-kit/src', `import type Stripe from 'stripe';`],
  ],
  'emulators-use-stripe-types-only': [
    ['packages/stripe-twin/src', `import 'stripe';`],
    ['packages/stripe-twin/src', `import Stripe from 'stripe';`],
    ['packages/moesif-twin/src', `export const late = import('stripe');`],
  ],
  'moesif-in-its-folder': [
    ['src/modules/analytics', `import 'moesifapi';`],
    ['src/modules/portal', `import type moesif from 'moesif-nodejs';`],
    ['packages/moesif-twin/src', `import 'moesif-nodejs';`],
    ['test/e2e', `import 'moesifapi';`],
  ],
  'passport-in-auth': [
    ['src/modules/portal', `import 'passport-jwt';`],
    ['src/platform/http', `import '@nestjs/passport';`],
    ['src', `import 'passport';`],
    ['test/contract', `import 'passport';`],
  ],
  'http-adapter-behind-its-port': [
    ['src/modules/ledger', `import type { FastifyRequest } from 'fastify';`],
    ['src/platform/identity', `import '@nestjs/platform-express';`],
    ['src', `import '@fastify/cors';`, 'farebox-options'],
  ],
  'http-adapter-types-only': [
    ['src/platform/http/adapters', `import 'express';`],
    ['src/platform/tracing', `import { fastify } from 'fastify';`],
  ],
  'mail-in-its-folder': [
    ['src/modules/registration', `import 'nodemailer';`],
    ['src/platform/http', `import { createTransport } from 'nodemailer';`],
    ['packages/mail-catcher/src', `import 'nodemailer';`],
  ],
  'tracing-when-asked': [
    ['src', `import './platform/tracing/tracing.js';`],
    ['src/platform/http', `import { trace } from '@opentelemetry/api';`],
    ['src/platform/tracing', `import './tracing.js';`, 'in-span'],
  ],
  // The good tree's logger imports the settings. A circle is reported once, at its first file.
  'no-cycles': [['src/platform/config', `import '../logging/logger.js';`, 'settings']],
  'no-orphans': [
    ['src/platform/http', ''],
    ['packages/twin-kit/src', ''],
  ],
  resolvable: [
    ['src/platform/http', `import './nowhere.js';`],
    ['test/e2e', `import 'no-such-package';`],
  ],
};
