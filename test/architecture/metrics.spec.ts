import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';
import { AGGREGATION_NAMES, METRIC_NAMES } from '../../src/catalog/index.js';
import { root } from './support/cruise.js';

const METRICS = join(root, 'src/catalog/metrics/index.ts');
const AGGREGATIONS = join(root, 'src/catalog/aggregations/index.ts');
const PASS_CALLS = join(root, 'src/modules/meters/counting/pass-calls.ts');
const DESCRIPTOR = join(root, 'src/catalog/metrics/metric-descriptor.ts');

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
  ts.sys,
  root,
);
const host = ts.createCompilerHost({ ...options, noEmit: true });
/** What was parsed once serves all programs. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** What the compiler says of the file `asked` when something was planted in a file: `from` becomes `to`. */
function errors(planted: string, from: string, to: string, asked = planted): string {
  const text = readFileSync(planted, 'utf8');
  expect(text).toContain(from);
  const getSourceFile: ts.CompilerHost['getSourceFile'] = (path, version) => {
    if (path === planted) return ts.createSourceFile(path, text.replace(from, to), version, true);
    if (!parsed.has(path)) parsed.set(path, host.getSourceFile(path, version));
    return parsed.get(path);
  };
  const program = ts.createProgram([asked], { ...options, noEmit: true }, { ...host, getSourceFile });
  return program
    .getSemanticDiagnostics(program.getSourceFile(asked))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
    .join('\n');
}

it.each([
  ['a metric without a descriptor', METRICS, '  sum_of_units: sumOfUnits,', '  p95_latency: undefined,'],
  [
    'a metric that does not say how it counts',
    METRICS,
    'sumOfUnits,',
    "{ description: 'x', reads: [], corrections: false },",
  ],
  ['an aggregation without a descriptor', AGGREGATIONS, '  maximum,', '  median: null,'],
  [
    'an aggregation that does not say how it updates',
    AGGREGATIONS,
    '  maximum,',
    "  median: { description: 'x', windows: { total: 'max(value)' }, carried: false },",
  ],
])('%s does not compile', (_what, file, from, to) => {
  expect(errors(file, from, to)).toContain('Descriptor');
});

it('a column that a metric reads and a pass does not take does not compile', () => {
  expect(errors(DESCRIPTOR, "'session_id'", "'session_id' | 'duration_us'", PASS_CALLS)).toContain(
    "'duration_us' is missing",
  );
});

it('unchanged, all of them compile', () => {
  for (const file of [METRICS, AGGREGATIONS, PASS_CALLS]) expect(errors(file, 'import', 'import')).toBe('');
});

it.each(['docs/usage.md', 'docs/catalog.md'])('%s has every metric and aggregation', (file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const names = [...METRIC_NAMES, ...AGGREGATION_NAMES];
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
