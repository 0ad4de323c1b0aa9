import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

/** Where USAGE_REPORTER is declared, and where it chooses the object that everybody else asks. */
const MAY_READ = ['platform/config/settings.ts', 'modules/usage/billing/chosen-billing.ts'];

const READS = /['"`]USAGE_REPORTER['"`]/;
/** A choice that is compared by its name is the same `if` again. */
const COMPARES =
  /(?:reporter|configured|billing\.name|\bname)\s*[!=]==?\s*['"](?:stripe|moesif|invoice)['"]|['"](?:stripe|moesif|invoice)['"]\s*[!=]==?\s*(?:this\.)?(?:\w+\.)*(?:reporter|configured|name)\b/i;

const withoutComments = (text: string): string => text.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');

/** Files that depend on the setting by themselves. */
const offenders = (files: readonly { path: string; text: string }[]): string[] =>
  files
    .filter(({ path, text }) => {
      const code = withoutComments(text);
      return COMPARES.test(code) || (READS.test(code) && !MAY_READ.includes(path));
    })
    .map(({ path }) => path);

const src = fileURLToPath(new URL('../../src/', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => ({
    path: file.replaceAll(sep, '/'),
    text: readFileSync(join(src, file), 'utf8'),
  }));

it('USAGE_REPORTER is read where it chooses an object, and compared nowhere', () => {
  expect(files.length).toBeGreaterThan(400);
  for (const path of MAY_READ) expect(files.map((file) => file.path)).toContain(path);
  expect(offenders(files)).toEqual([]);
});

it.each([
  `if (this.settings.get('USAGE_REPORTER') === 'moesif') return [];`,
  `const { USAGE_REPORTER: reporter } = settings; if (reporter !== 'stripe') return;`,
  `const wanted = this.billing.name === 'stripe' ? reported : value;`,
  `return 'moesif' === memory.configured;`,
])('the rule finds %s', (text) => {
  expect(offenders([{ path: 'modules/usage/planted.ts', text }])).toEqual(['modules/usage/planted.ts']);
});
