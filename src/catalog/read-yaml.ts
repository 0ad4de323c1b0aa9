import {
  type Document,
  isAlias,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import type { CatalogProblem } from './catalog-error.js';

type Path = readonly PropertyKey[];
type Place = Pick<CatalogProblem, 'line' | 'column'>;

/** A YAML text, every scalar as its text in the file. */
export interface YamlText {
  /** Errors that prevent reading. */
  problems: CatalogProblem[];
  /** The value read in spite of them; undefined when nothing can be relied on. */
  value: unknown;
  /** The place of the value at a path, or of the nearest one around it that exists. */
  placeOf(path: Path): Place;
}

/** A handful of aliases is convenience; more is an attack. */
const MAX_ALIASES = 50;

export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  // Failsafe: no scalar becomes a number, a date or a boolean.
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: 'error',
  });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const problem = (offset: number, message: string): CatalogProblem => ({
    ...at(offset),
    path: '',
    message,
  });
  const errors = [...document.errors, ...document.warnings];
  const problems = [
    ...errors.map((error) => problem(error.pos[0], messageOf(error, text))),
    ...nodesThatAreNotRead(document).map(({ offset, message }) => problem(offset, message)),
  ];
  return {
    problems,
    value: errors.every(({ code }) => HARMLESS.has(code)) ? plainValue(document, problems) : undefined,
    placeOf: (path) => {
      for (let length = path.length; length >= 0; length--) {
        const node = document.getIn(path.slice(0, length), true);
        if (isNode(node) && node.range) return at(node.range[0]);
      }
      return { line: 0, column: 0 };
    },
  };
}

/** Errors that leave the content of the file clear. */
const HARMLESS = new Set<string>(['DUPLICATE_KEY', 'MULTIPLE_DOCS', 'TAG_RESOLVE_FAILED']);

function messageOf({ code, message, pos }: YAMLError, text: string): string {
  switch (code) {
    case 'DUPLICATE_KEY':
      return 'the key stands there twice';
    case 'MULTIPLE_DOCS':
      return 'a second document begins here: a catalog is one; take this "---" out';
    case 'TAG_RESOLVE_FAILED':
      return `tags are not read: take ${/^!\S*/.exec(text.slice(pos[0]))?.[0] ?? 'it'} out`;
    case 'TAB_AS_INDENT':
      return 'a tab indents this line: YAML takes blanks alone';
    default:
      return message;
  }
}

/** Parts of YAML that would be read with another meaning. */
function nodesThatAreNotRead(document: Document): { offset: number; message: string }[] {
  const found: { offset: number; message: string }[] = [];
  let aliases = 0;
  visit(document, {
    Alias: (_key, alias) => {
      if (++aliases > MAX_ALIASES) return visit.BREAK;
      if (alias.resolve(document) === undefined)
        found.push({ offset: alias.range?.[0] ?? 0, message: `"*${alias.source}" names no anchor above it` });
      return undefined;
    },
    Scalar: (_key, { tag, value, range }) => {
      if (tag !== undefined && typeof value !== 'string')
        found.push({ offset: range?.[0] ?? 0, message: 'tags are not read: write it as text' });
    },
    Pair: (_key, { key }) => {
      if (isScalar(key) || isAlias(key) || key === null) return;
      const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
      found.push({ offset, message: 'a key must be a word, not a list or a mapping' });
    },
  });
  if (aliases > MAX_ALIASES) found.push({ offset: 0, message: `uses more than ${MAX_ALIASES} aliases` });
  return found;
}

function plainValue(document: Document, problems: CatalogProblem[]): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {};
  } catch {
    if (problems.length === 0)
      problems.push({ line: 0, column: 0, path: '', message: 'uses too many aliases' });
    return undefined;
  }
}
