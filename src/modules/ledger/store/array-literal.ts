/*
 * PostgreSQL's text form of arrays, for statements that write many rows at once. pg's own conversion checks the type of
 * every value; here the caller knows it.
 */

/** For values that need no quotes: numbers, UUIDs, dates, and `null`. */
export function numberArray<T>(items: readonly T[], value: (item: T) => string | number): string {
  let text = '{';
  for (let index = 0; index < items.length; index++) {
    if (index > 0) text += ',';
    text += value(items[index] as T);
  }
  return `${text}}`;
}

/** For texts: quoted, with `\` and `"` escaped. */
export function textArray<T>(items: readonly T[], value: (item: T) => string | null): string {
  let text = '{';
  for (let index = 0; index < items.length; index++) {
    if (index > 0) text += ',';
    const element = value(items[index] as T);
    if (element === null) text += 'null';
    else text += SPECIAL.test(element) ? `"${element.replaceAll(ALL_SPECIAL, '\\$&')}"` : `"${element}"`;
  }
  return `${text}}`;
}

const SPECIAL = /["\\]/;
const ALL_SPECIAL = /["\\]/g;
