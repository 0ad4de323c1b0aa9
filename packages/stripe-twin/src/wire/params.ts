import { ApiError, invalid, missing } from './api-error.js';
import type { RawHash, RawValue } from './form.js';

/** How one parameter is read from the form. `parse` throws Stripe's 400 for a value that does not fit. */
export interface Param<T> {
  parse(raw: RawValue, path: string): T;
  readonly required: boolean;
}

export type ParamSpecs = Record<string, Param<unknown>>;

interface Required<T> extends Param<T> {
  readonly required: true;
}

/** What a handler gets: every declared name, `undefined` for those that were not sent. */
export type Parsed<S> = {
  [K in keyof S]: S[K] extends Required<infer T> ? T : S[K] extends Param<infer T> ? T | undefined : never;
};

/**
 * Declares the parameters of an endpoint against the SDK's own type for them: the compiler refuses a name
 * that Stripe does not know and asks for every name that it does. `expand` is read for all endpoints alike.
 */
export function paramsOf<P>() {
  return <S extends { [K in Exclude<keyof P, 'expand'>]-?: Param<unknown> }>(
    specs: S & { [K in Exclude<keyof S, keyof P>]: never },
  ): S => specs;
}

export function parseParams<S>(specs: S, raw: RawHash, prefix = ''): Parsed<S> {
  const known = specs as ParamSpecs;
  const at = (name: string): string => (prefix ? `${prefix}[${name}]` : name);
  const unknown = Object.keys(raw).filter((name) => !Object.hasOwn(known, name));
  if (unknown.length > 0) {
    const names = unknown.map(at);
    throw invalid(
      `Received unknown parameter${names.length > 1 ? 's' : ''}: ${names.join(', ')}`,
      names[0],
      'parameter_unknown',
    );
  }
  const parsed: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(known)) {
    const value = raw[name];
    if (value !== undefined) parsed[name] = param.parse(value, at(name));
    else if (param.required) throw missing(at(name));
  }
  return parsed as Parsed<S>;
}

function optional<T>(parse: (raw: RawValue, path: string) => T): Param<T> {
  return { parse, required: false };
}

export function required<T>(inner: Param<T>): Required<T> {
  return { parse: (raw, path) => inner.parse(raw, path), required: true };
}

/** The empty string, which is how the SDK sends `null`, unsets the value. */
export function unsettable<T>(inner: Param<T>): Param<T | null> {
  return optional((raw, path) => (raw === '' ? null : inner.parse(raw, path)));
}

/** Known to Stripe and not played by the sandbox: said aloud, for a value ignored in silence misleads. */
export const unsupported: Param<undefined> = optional((_raw, path) => {
  throw invalid(`The sandbox does not support the parameter ${path}; Stripe does.`, path);
});

function scalar(raw: RawValue, path: string): string {
  if (typeof raw !== 'string') throw invalid('Invalid string', path);
  if (raw === '') {
    throw invalid(
      `You passed an empty string for '${path}', which would unset it; '${path}' cannot be unset.`,
      path,
      'parameter_invalid_empty',
    );
  }
  return raw;
}

export function text(max = 5000): Param<string> {
  return optional((raw, path) => {
    const value = scalar(raw, path);
    if (value.length > max) {
      const shown = `${value.slice(0, 10)}...${value.slice(-10)}`;
      throw invalid(`Invalid string: ${shown}; must be at most ${max} characters`, path);
    }
    return value;
  });
}

export function integer(bounds: { min?: number; max?: number } = {}): Param<number> {
  return optional((raw, path) => {
    const value = scalar(raw, path);
    const number = Number(value);
    if (!/^[+-]?\d+$/.test(value) || !Number.isSafeInteger(number)) {
      throw invalid(`Invalid integer: ${value}`, path, 'parameter_invalid_integer');
    }
    if (bounds.min !== undefined && number < bounds.min) {
      const message = `This value must be greater than or equal to ${bounds.min}.`;
      throw invalid(message, path, 'parameter_invalid_integer');
    }
    if (bounds.max !== undefined && number > bounds.max) {
      const message = `This value must be less than or equal to ${bounds.max} (it currently is '${value}').`;
      throw invalid(message, path, 'parameter_invalid_integer');
    }
    return number;
  });
}

/** Seconds since the Unix epoch. */
export const timestamp: Param<number> = optional((raw, path) => {
  const value = scalar(raw, path);
  if (!/^\d{1,12}$/.test(value)) throw invalid('Invalid timestamp: must be an integer Unix timestamp.', path);
  return Number(value);
});

/** A non-negative decimal with at most 12 places, kept as text; never a floating-point number. */
export const decimal: Param<string> = optional((raw, path) => {
  const value = scalar(raw, path);
  if (!/^\d{1,20}(\.\d{1,12})?$/.test(value)) {
    throw invalid(
      `Invalid decimal: ${value}; must be a non-negative decimal with at most 12 decimal places.`,
      path,
    );
  }
  return value;
});

export const boolean: Param<boolean> = optional((raw, path) => {
  const value = scalar(raw, path);
  if (value !== 'true' && value !== 'false') throw invalid(`Invalid boolean: ${value}`, path);
  return value === 'true';
});

export function oneOf<const V extends string>(...values: V[]): Param<V> {
  return optional((raw, path) => {
    const value = scalar(raw, path);
    const found = values.find((v) => v === value);
    if (found === undefined) {
      const choices =
        values.length > 1 ? `one of ${values.slice(0, -1).join(', ')}, or ${values.at(-1)}` : values[0];
      throw invalid(`Invalid ${path}: must be ${choices}`, path);
    }
    return found;
  });
}

/** The literal word, or what `inner` takes: `'inf' | number`, `'now' | timestamp`. */
export function orWord<const W extends string, T>(words: readonly W[], inner: Param<T>): Param<W | T> {
  return optional((raw, path) => words.find((word) => word === raw) ?? inner.parse(raw, path));
}

export function list<T>(element: Param<T>, max = 1_000): Param<T[]> {
  return optional((raw, path) => {
    const values = Array.isArray(raw) ? raw : indexed(raw);
    if (values === null) throw invalid('Invalid array', path);
    if (values.length > max) throw invalid(`Array ${path} exceeded maximum ${max} allowed elements.`, path);
    return values.map((value, i) => element.parse(value, `${path}[${i}]`));
  });
}

/** `a[0]=x&a[2]=y` and long lists arrive as hashes with whole numbers for names. */
function indexed(raw: RawValue): RawValue[] | null {
  if (typeof raw === 'string' || Array.isArray(raw)) return null;
  const names = Object.keys(raw);
  if (names.length === 0 || !names.every((name) => /^\d+$/.test(name))) return null;
  return names.sort((a, b) => Number(a) - Number(b)).map((name) => raw[name] ?? '');
}

export function hash<S>(specs: S): Param<Parsed<S>> {
  return optional((raw, path) => parseParams(specs, plainHash(raw, path), path));
}

/** A hash whose names are the caller's own; the values are texts. */
export const texts: Param<Record<string, string>> = optional((raw, path) => {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(plainHash(raw, path))) {
    if (typeof value !== 'string') throw invalid('Invalid string', `${path}[${name}]`);
    values[name] = value;
  }
  return values;
});

/** A hash whose names are the caller's own, of one kind. */
export function mapOf<T>(name: Param<string>, element: Param<T>): Param<Record<string, T>> {
  return optional((raw, path) =>
    Object.fromEntries(
      Object.entries(plainHash(raw, path)).map(([key, value]) => [
        name.parse(key, `${path}[${key}]`),
        element.parse(value, `${path}[${key}]`),
      ]),
    ),
  );
}

function plainHash(raw: RawValue, path: string): RawHash {
  if (typeof raw === 'string' || Array.isArray(raw)) throw invalid('Invalid object', path);
  return raw;
}

/** A number, or a range with `gt`, `gte`, `lt`, `lte`, as the list endpoints take for times. */
export interface Range {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
}

const rangeHash = hash({ gt: timestamp, gte: timestamp, lt: timestamp, lte: timestamp });

export const range: Param<Range> = optional((raw, path) => {
  if (typeof raw !== 'string') return rangeHash.parse(raw, path);
  const exact = timestamp.parse(raw, path);
  return { gte: exact, lte: exact };
});

export function inRange(value: number, bounds: Range | undefined): boolean {
  if (!bounds) return true;
  if (bounds.gt !== undefined && value <= bounds.gt) return false;
  if (bounds.gte !== undefined && value < bounds.gte) return false;
  if (bounds.lt !== undefined && value >= bounds.lt) return false;
  return bounds.lte === undefined || value <= bounds.lte;
}

/** Refuses two parameters that exclude each other. */
export function exclusive(first: [string, unknown], second: [string, unknown]): void {
  if (first[1] === undefined || second[1] === undefined) return;
  throw new ApiError(400, {
    type: 'invalid_request_error',
    code: 'parameters_exclusive',
    message: `You may only specify one of these parameters: ${first[0]}, ${second[0]}.`,
    param: second[0],
  });
}
