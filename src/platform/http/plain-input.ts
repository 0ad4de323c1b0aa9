import { InvalidFieldsError } from '../errors/farebox-error.js';

const LONGEST_NAME = 100;
/** PostgreSQL keeps no NUL in a text, and no half of a surrogate pair in JSON. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/**
 * Refuses input that no DTO can mean, before the work of reading one begins. How deeply a body may be nested is bounded
 * where JSON is parsed (`boundJsonDepth`); forms and queries have one level.
 * @throws {InvalidFieldsError}, naming the field of the first level.
 */
export function assertPlain(input: unknown): void {
  if (typeof input !== 'object' || input === null) return;
  for (const [field, value] of Object.entries(input)) {
    const message = UNSTORABLE.test(field) ? NOT_STORABLE : problemWithin(value);
    if (message !== undefined) {
      const name = field.slice(0, LONGEST_NAME).replaceAll(/[\0\p{Cs}]/gu, '\ufffd');
      throw new InvalidFieldsError([{ field: name, message }]);
    }
  }
}

const NOT_STORABLE = 'must not contain the character NUL or half of a surrogate pair';

function problemWithin(value: unknown): string | undefined {
  let level = [value];
  while (level.length > 0) {
    const texts = level.filter((each) => typeof each === 'string');
    if (texts.some((text) => UNSTORABLE.test(text))) return NOT_STORABLE;
    level = level.flatMap((each) => {
      if (typeof each !== 'object' || each === null) return [];
      return Array.isArray(each) ? each : [...Object.keys(each), ...Object.values(each)];
    });
  }
  return undefined;
}

/** A body in which a field that is null is absent: many clients write what they leave out as null. */
export function withoutNulls(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}
