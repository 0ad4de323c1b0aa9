import { invalid } from '../wire/api-error.js';

export interface Clause {
  field: string;
  /** `:` is the same value, `~` contains it; both without regard to case. */
  operator: ':' | '~';
  value: string;
}

const CLAUSE =
  /^\s*([a-z_]+(?:\[(?:'[^']*'|"[^"]*")\])?)\s*([:~])\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*/;

/**
 * Reads the simple form of Stripe's search language: `field:'value'` clauses joined by `AND`, where a field is
 * `name`, `email`, `phone` or `metadata['key']`.
 * @throws {ApiError} 400 for anything else.
 */
export function parseSearchQuery(query: string): Clause[] {
  const clauses: Clause[] = [];
  let rest = query;
  for (;;) {
    const match = CLAUSE.exec(rest);
    const [all, field, operator, quoted] = match ?? [];
    if (all === undefined || field === undefined || quoted === undefined) break;
    const value = quoted.slice(1, -1).replace(/\\(.)/g, '$1');
    clauses.push({ field, operator: operator === '~' ? '~' : ':', value });
    rest = rest.slice(all.length);
    if (rest === '') return clauses;
    if (!/^AND\b/i.test(rest)) break;
    rest = rest.slice('AND'.length);
  }
  throw invalid(`We were unable to parse your search query: ${query}`, 'query');
}

/** `metadata['plan']` names `plan`; any other field none. */
export function metadataName(field: string): string | undefined {
  return /^metadata\[['"](.*)['"]\]$/.exec(field)?.[1];
}
