import * as z from 'zod';

/*
 * The building blocks of the format. Every scalar arrives as its text in the file, so that an amount such as 0.10 never
 * passes through floating point; `type` in the metadata tells editors that numbers may be written bare.
 */

export const NUMBER_OR_TEXT = { type: ['string', 'number'] } as const;

export const name = (what: string) =>
  z
    .string(`is required: ${what}`)
    .regex(
      /^[a-z][a-z0-9_-]{0,63}$/,
      'must be lower-case letters, digits, "-" and "_", beginning with a letter, at most 64 long',
    )
    .meta({ description: what });

/** Control characters but for line breaks and tabs, and halves of surrogate pairs. */
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Cs}]/u;

export const text = (what: string, max: number) =>
  z
    .string(`is required: ${what}`)
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters long`)
    .refine((given) => !UNPRINTABLE.test(given), 'must not contain control characters')
    .meta({ description: what });

export const wholeNumber = (what: string, max: number) =>
  z
    .string(`is required: ${what}`)
    .regex(/^[1-9]\d*$/, 'must be a whole number of 1 or more')
    .refine((digits) => digits.length < 16 && Number(digits) <= max, `must be at most ${max}`)
    .meta({ ...NUMBER_OR_TEXT, description: what });

export const amount = (what: string) =>
  z
    .string(`is required: ${what}`)
    .regex(/^\d{1,12}(\.\d+)?$/, "must be an amount in the currency's main unit, such as 0.10")
    .meta({
      ...NUMBER_OR_TEXT,
      description: `${what}, in the currency's main unit: 0.10 is ten cents. Fractions of a cent are exact.`,
    });

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T, what: string) =>
  z.enum(values, `must be one of: ${values.join(', ')}`).meta({ description: what });

/** `true` or `false`, as text in the file; a boolean after parsing. */
export const flag = (what: string) =>
  z
    .enum(['true', 'false'], 'must be true or false')
    .meta({ type: 'boolean', enum: [true, false], description: what });
