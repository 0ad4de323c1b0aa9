import fc, { type Arbitrary } from 'fast-check';
import type { Schema } from './operations.js';

/** Texts that exist: ids of others among them. By the name of the field that has such a one. */
export type KnownTexts = Readonly<Record<string, readonly string[]>>;

export interface SchemaValues {
  schemas: Readonly<Record<string, Schema>>;
  known: KnownTexts;
}

/** Values that a schema takes, as its field of that name would have them. */
export function valuesOf(name: string, schema: Schema, from: SchemaValues): Arbitrary<unknown> {
  const { $ref, allOf, nullable } = schema;
  const reference = $ref ?? allOf?.[0]?.$ref;
  const target = reference === undefined ? schema : (from.schemas[reference.split('/').at(-1) ?? ''] ?? {});
  const value = plainValuesOf(name, target, from);
  return nullable === true ? fc.option(value) : value;
}

function plainValuesOf(name: string, schema: Schema, from: SchemaValues): Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object':
      return objectsOf(schema, from);
    case 'array':
      return fc.array(valuesOf(name, schema.items ?? {}, from), {
        maxLength: Math.min(schema.maxItems ?? 5, 5),
      });
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000 });
    default:
      return textsOf(name, schema, from);
  }
}

function objectsOf({ properties = {}, required = [] }: Schema, from: SchemaValues): Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, schema]) => [name, valuesOf(name, schema, from)]);
  return fc.record(Object.fromEntries(fields) as Record<string, Arbitrary<unknown>>, {
    requiredKeys: required,
  });
}

function textsOf(
  name: string,
  { format, example, maxLength }: Schema,
  { known }: SchemaValues,
): Arbitrary<unknown> {
  const all = Object.values(known).flat();
  const likely = [...(known[name] ?? []), ...(example === undefined ? [] : [example])];
  return fc.oneof(
    ...(likely.length > 0 ? [{ arbitrary: fc.constantFrom(...likely), weight: 4 }] : []),
    ...(all.length > 0 ? [{ arbitrary: fc.constantFrom(...all), weight: 1 }] : []),
    { arbitrary: inFormat(format, maxLength), weight: 2 },
  );
}

function inFormat(format: string | undefined, maxLength = 40): Arbitrary<string> {
  switch (format) {
    case 'email':
      return fc.emailAddress();
    case 'uuid':
      return fc.uuid({ version: 7 });
    case 'date-time':
      return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
    default:
      return fc.string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(maxLength, 40) });
  }
}
