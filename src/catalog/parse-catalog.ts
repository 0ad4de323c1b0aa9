import { stringify } from 'yaml';
import type * as z from 'zod';
import { buildCatalog } from './build-catalog.js';
import type { Catalog } from './catalog.js';
import { CatalogError, type Complain } from './catalog-error.js';
import { catalogFile } from './catalog-file.js';
import { readTextFile, TextFileError } from '../platform/config/text-file.js';
import { presumedFile, sectionOf } from './presumed-file.js';
import { readYaml } from './read-yaml.js';
import { reasonAgainst, suggestion } from './suggestion.js';

type Path = readonly PropertyKey[];

/** @throws {CatalogError} when the file cannot be read or used. */
export function loadCatalog(file: string): Catalog {
  let text: string;
  try {
    text = readTextFile(file);
  } catch (error) {
    if (!(error instanceof TextFileError)) throw error;
    const message = error.missing
      ? 'does not exist. Set CATALOG to the catalog file, or set STRIPE_PRICE_KEY instead.'
      : `${error.message}. Check CATALOG.`;
    throw new CatalogError(file, [{ line: 0, column: 0, path: '', message }]);
  }
  return parseCatalog(text, file);
}

/** @param content as a catalog file has it. @throws {CatalogError} naming every problem. */
export function catalogOfContent(content: object): Catalog {
  // As text, numbers and all: amounts are read as they are written.
  return parseCatalog(stringify(content), 'catalog');
}

/** @throws {CatalogError} naming every problem, each with its line. */
export function parseCatalog(text: string, file: string): Catalog {
  const { problems, value, placeOf } = readYaml(text);
  const complain: Complain = (path, message) =>
    problems.push({ ...placeOf(path), path: pathText(path), message });
  const catalog = value === undefined ? undefined : catalogOf(value, file, complain);
  if (problems.length > 0 || !catalog)
    throw new CatalogError(
      file,
      problems.toSorted((one, other) => one.line - other.line),
    );
  return catalog;
}

function catalogOf(value: unknown, file: string, complain: Complain): Catalog | undefined {
  const parsed = catalogFile.safeParse(value);
  if (parsed.success) return buildCatalog(parsed.data, file, complain);
  const { issues } = parsed.error;
  for (const issue of issues) describeIssue(issue, complain);
  complainOfTheRest(value, file, issues, complain);
  return undefined;
}

/** Reports all other errors together with errors of form, so that an operator need not correct a file in two rounds. */
function complainOfTheRest(
  value: unknown,
  file: string,
  issues: readonly z.core.$ZodIssue[],
  complain: Complain,
): void {
  const presumed = presumedFile(value);
  const mistaken = new Set(issues.map(({ path }) => sectionOf(path)));
  if (!presumed || mistaken.has('currency')) return;
  const unlessMistaken: Complain = (path, message) => {
    if (!mistaken.has(sectionOf(path))) complain(path, message);
  };
  try {
    buildCatalog(presumed, file, unlessMistaken);
  } catch {
    // Too much of it is missing: the problems reported so far must be fixed first.
  }
}

function describeIssue(issue: z.core.$ZodIssue, complain: Complain): void {
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) complain([...issue.path, key], refusalOf(key));
  } else {
    complain(issue.path, messageOf(issue));
  }
}

/** The library's messages contain its type names, but the file has texts, lists and mappings. */
function messageOf({ message, path }: z.core.$ZodIssue): string {
  if (!message.startsWith('Invalid input')) return message;
  return path.length === 0 ? 'must be a mapping: currency, meters and plans' : 'is not of the right type';
}

/** A key known from elsewhere is refused with its reason, another one with the nearest known key. */
function refusalOf(key: string): string {
  const reason = reasonAgainst(key);
  if (reason !== '') return `is not allowed here${reason}`;
  return `is not a known key${suggestion(key)}; remove it`;
}

function pathText(path: Path): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text ? '.' : ''}${String(key)}`),
    '',
  );
}
