import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import ts from 'typescript';

/** Folders of one vendor, and the sandbox, which starts their emulators. */
const VENDOR_FOLDERS = /(?:^|\/)(?:stripe|moesif|sandbox)\//;

/** Files outside of them that name a vendor, each with the reason. */
const MAY_NAME: Readonly<Record<string, string>> = {
  'billing-provider.ts': 'chooses the provider of billing',
  'farebox-options.ts': 'names of options',
  'modules/analytics/analytics.module.ts': 'chooses the provider of analytics',
  'modules/usage/billing/chosen-billing.ts': 'chooses by USAGE_REPORTER, whose values are vendors',
  'modules/usage/billing/hand-over.ts': 'the values of USAGE_REPORTER in the database',
  'platform/config/settings.ts': 'names of settings',
  'testing/farebox-testing.module.ts': 'gives the addresses of the emulators',
  'testing/surroundings.ts': 'starts the emulators',
  'types/moesifapi.d.ts': 'declares a package',
};

/** Names that people rely on: keys of the catalog file, of answers and of the commands' JSON. */
const PUBLISHED = new Set(['stripePriceId', 'stripe', 'stripeAt']);

/** Identifiers that name a vendor. What people read in logs and answers may, as they have to act there. */
function vendorNamesIn({ path, text }: { path: string; text: string }): string[] {
  if (VENDOR_FOLDERS.test(path) || path in MAY_NAME) return [];
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && /stripe|moesif/i.test(node.text) && !PUBLISHED.has(node.text))
      found.add(`${path}: ${node.text}`);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return [...found];
}

const src = fileURLToPath(new URL('../../src/', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => ({ path: file.replaceAll(sep, '/'), text: readFileSync(join(src, file), 'utf8') }));

it('no code outside of a vendor’s folder names the vendor', () => {
  expect(files.length).toBeGreaterThan(400);
  expect(files.flatMap(vendorNamesIn)).toEqual([]);
});

it('every file that may, does', () => {
  const paths = files.map(({ path }) => path);
  expect(Object.keys(MAY_NAME).filter((path) => !paths.includes(path))).toEqual([]);
});

it.each([
  ['an import', `import { StripePace } from './pace.js';`, 'StripePace'],
  ['a function', `export async function askStripe() {}`, 'askStripe'],
  ['a field', `interface Total { moesifUnits: bigint }`, 'moesifUnits'],
])('the rule finds %s', (_what, text, name) => {
  const path = 'modules/usage/planted.ts';
  expect(vendorNamesIn({ path, text })).toEqual([`${path}: ${name}`]);
});
