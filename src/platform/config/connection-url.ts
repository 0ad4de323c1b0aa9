import * as z from 'zod';

const ENCODE =
  'is no address: in the user and the password, percent-encode every character but letters, digits and -._~ (@ as %40, / as %2F, ? as %3F, # as %23, % as %25)';

/** The address of a PostgreSQL, as the driver reads it. */
export const databaseUrl = () =>
  connectionUrl(
    /^postgres(ql)?:\/\//,
    'must be a PostgreSQL address: postgresql://user:password@host:5432/database',
  );

export const smtpUrl = () =>
  connectionUrl(/^smtps?:\/\//, 'must be an address that starts with smtp:// or smtps://');

/** An address with credentials in it. A message never repeats any of it: a password may be in the wrong place. */
function connectionUrl(protocol: RegExp, expected: string) {
  return z
    .string()
    .regex(protocol, { error: expected, abort: true })
    .refine((text) => isReadable(text), ENCODE);
}

/**
 * Whether it means what was meant: a `/`, `?` or `#` in a password ends the host early, and what is left may well be an
 * address, of another host.
 */
function isReadable(text: string): boolean {
  // A host may be absent, or stand in the query: a folder of sockets.
  const complete = text.replace('@/', '@localhost/');
  if (!URL.canParse(complete)) return false;
  const url = new URL(complete);
  if (url.hash !== '') return false;
  if (url.pathname.includes('@') || (url.username === '' && url.search.includes('@'))) return false;
  return [url.username, url.password, url.pathname].every(isDecodable);
}

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
