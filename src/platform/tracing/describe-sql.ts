const MAX_LENGTH = 1_000;
const LITERALS = /'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$|(?<![\w$."])\d+(?:\.\d+)?\b/g;

/**
 * A query as shown in traces: its first word and first table, without the schema, and its text with every literal written as `?`. Places of
 * parameters (`$1`) stay.
 */
export function describeSql(text: string): { name: string; statement: string } {
  const statement = text.replace(LITERALS, '?').replace(/\s+/g, ' ').trim().slice(0, MAX_LENGTH);
  const operation = statement.match(/^\w+/)?.[0].toLowerCase() ?? 'query';
  const table = statement.match(/\b(?:from|into|update) (?:"?farebox"?\.)?"?([\w.]+)/i)?.[1];
  return { name: table === undefined ? operation : `${operation} ${table}`, statement };
}
