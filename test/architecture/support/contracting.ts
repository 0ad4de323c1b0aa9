/** What processes of the release before, which run beside the new one for a while, may stumble over. */
const CONTRACTING: readonly [what: string, pattern: RegExp][] = [
  ['renames', /\bRENAME\b/i],
  ['drops a table, column, view or type', /\bDROP (?:TABLE|COLUMN|VIEW|MATERIALIZED VIEW|TYPE|SCHEMA)\b/i],
  ['drops a constraint, which an upsert may name', /\bDROP CONSTRAINT\b/i],
  ['drops a default', /\bDROP DEFAULT\b/i],
  ['changes a type', /\bALTER COLUMN \S+ (?:SET DATA )?TYPE\b/i],
  ['forbids null', /\bSET NOT NULL\b/i],
  ['empties a table', /\bTRUNCATE\b/i],
];
const ADDED_COLUMN = /\bADD COLUMN (?:IF NOT EXISTS )?("?\w+"?)([^,;]*)/gi;
const NEW_TABLE = /\bCREATE TABLE (?:IF NOT EXISTS )?(?:"?\w+"?\.)?"?(\w+)"?/gi;
const NEW_RULE =
  /\bALTER TABLE (?:"?\w+"?\.)?"?(\w+)"? ADD CONSTRAINT|\bCREATE UNIQUE INDEX (?:IF NOT EXISTS )?\S+ ON (?:"?\w+"?\.)?"?(\w+)"?(?: USING \w+)? \(([^)]*)\)/gi;

/** @returns what of a migration is not purely an addition; nothing for one that a rolling upgrade survives. */
export function contracting(migration: string): string[] {
  const sql = migration.replaceAll(/--[^\n]*/g, '').replaceAll(/'(?:[^']|'')*'/g, "''");
  const found = CONTRACTING.flatMap(([what, pattern]) => (pattern.test(sql) ? [what] : []));
  // Older writes leave a new column null, and two nulls differ.
  const columns = new Set([...sql.matchAll(ADDED_COLUMN)].map(([, column = '']) => bare(column)));
  for (const [, column = '', rest = ''] of sql.matchAll(ADDED_COLUMN))
    if (/\bNOT NULL\b/i.test(rest) && !/\b(?:DEFAULT|GENERATED)\b/i.test(rest))
      found.push(`adds ${column}, which older inserts do not fill`);
  const added = new Set([...sql.matchAll(NEW_TABLE)].map(([, table]) => table));
  for (const [, constrained, indexed, by = ''] of sql.matchAll(NEW_RULE))
    if (!added.has(constrained ?? indexed) && !by.split(',').some((column) => columns.has(bare(column))))
      found.push(`adds a rule to ${constrained ?? indexed}, which older writes may break`);
  return found;
}

const bare = (name: string): string => name.trim().replaceAll('"', '');

/** What a contract migration says: `-- contract: why`, and how many migrations a program must have from then on. */
export function contractOf(migration: string): { why: string; oldest: number } | undefined {
  const [, why] = /^-- contract: (\S.+)$/m.exec(migration) ?? [];
  const [, oldest] = /^UPDATE (?:"\w+"\.)?"schema_support" SET "oldest" = (\d+);$/m.exec(migration) ?? [];
  return why === undefined || oldest === undefined ? undefined : { why, oldest: Number(oldest) };
}
