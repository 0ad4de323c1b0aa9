/** The names of a record of descriptors, in their order there. */
export const namesOf = <T extends object>(descriptors: T): [keyof T & string, ...(keyof T & string)[]] =>
  Object.keys(descriptors) as [keyof T & string, ...(keyof T & string)[]];

/** The names with their descriptions, as one text. */
export const described = (descriptors: Readonly<Record<string, { description: string }>>): string =>
  Object.entries(descriptors)
    .map(([name, { description }]) => `${name}: ${description}.`)
    .join(' ');

/**
 * Looks up a descriptor by name. The compiler knows the names, but files, databases and other programs may have others:
 * no default stands in for them, as it would bill something else.
 * @throws {Error} naming what is unknown.
 */
export function known<T>(descriptors: Readonly<Record<string, T>>, what: string, name: string): T {
  const found = Object.hasOwn(descriptors, name) ? descriptors[name] : undefined;
  if (found === undefined)
    throw new Error(`unknown ${what}: ${name}. This version knows ${Object.keys(descriptors).join(', ')}`);
  return found;
}
