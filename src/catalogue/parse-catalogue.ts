import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type * as z from 'zod';
import { buildCatalogue } from './build-catalogue.js';
import type { Catalogue } from './catalogue.js';
import { CatalogueError, type CatalogueProblem, type Complain } from './catalogue-error.js';
import { catalogueFile } from './catalogue-file.js';
import { readTextFile, TextFileError } from '../platform/config/text-file.js';
import { reasonAgainst, suggestion } from './suggestion.js';

type Path = readonly PropertyKey[];

/** @throws {CatalogueError} when the file cannot be read or used. */
export function loadCatalogue(file: string): Catalogue {
  let text: string;
  try {
    text = readTextFile(file);
  } catch (error) {
    if (!(error instanceof TextFileError)) throw error;
    const message = error.missing
      ? 'is not there. CATALOG names the file; without one, set STRIPE_PRICE_KEY.'
      : `${error.message}. CATALOG names the file.`;
    throw new CatalogueError(file, [{ line: 0, column: 0, path: '', message }]);
  }
  return parseCatalogue(text, file);
}

/** @throws {CatalogueError} naming every problem, each with its line. */
export function parseCatalogue(text: string, file: string): Catalogue {
  const lines = new LineCounter();
  // Failsafe: every scalar stays the text that stands in the file.
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
  });
  const problems: CatalogueProblem[] = document.errors.map((error) => ({
    ...position(lines, error.pos[0]),
    path: '',
    message: error.code === 'DUPLICATE_KEY' ? 'the key stands there twice' : error.message,
  }));
  if (problems.length > 0) throw new CatalogueError(file, problems);

  const complain: Complain = (path, message) =>
    problems.push({ ...place(document, lines, path), path: pathText(path), message });
  const parsed = catalogueFile.safeParse(readValue(document, file));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) describeIssue(issue, complain);
    throw new CatalogueError(file, problems);
  }
  const catalogue = buildCatalogue(parsed.data, file, complain);
  if (problems.length > 0) throw new CatalogueError(file, problems);
  return catalogue;
}

function readValue(document: Document, file: string): unknown {
  try {
    // A handful of aliases is convenience; more is an attack.
    return document.toJS({ maxAliasCount: 50 }) ?? {};
  } catch {
    throw new CatalogueError(file, [{ line: 0, column: 0, path: '', message: 'uses too many aliases' }]);
  }
}

function describeIssue(issue: z.core.$ZodIssue, complain: Complain): void {
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) complain([...issue.path, key], refusalOf(key));
  } else {
    complain(issue.path, issue.message === 'Invalid input' ? 'is not of the right type' : issue.message);
  }
}

/** A key that is known elsewhere is refused with its reason, another one with the nearest that is known. */
function refusalOf(key: string): string {
  const reason = reasonAgainst(key);
  if (reason !== '') return `cannot stand here${reason}`;
  return `is not a known key${suggestion(key)}; take it out`;
}

/** Where the value of a path stands, or the nearest thing around it that does. */
function place(document: Document, lines: LineCounter, path: Path): { line: number; column: number } {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return position(lines, node.range[0]);
  }
  return { line: 0, column: 0 };
}

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function pathText(path: Path): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text ? '.' : ''}${String(key)}`),
    '',
  );
}
