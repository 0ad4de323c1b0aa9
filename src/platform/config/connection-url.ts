import * as z from 'zod';

const ENCODE =
  'is no address: in the user and the password, percent-encode every character but letters, digits and -._~ (@ as %40, / as %2F, ? as %3F, # as %23, % as %25); a port is a number up to 65535';

/** The address of a PostgreSQL, as the driver reads it. */
export const databaseUrl = () =>
  connectionUrl(
    /^postgres(ql)?:\/\//,
    'must be a PostgreSQL address: postgresql://user:password@host:5432/database',
  )
    .refine((text) => /^(?:[\w.%-]*|\[[\da-f:.]+\])(?::\d*)?$/i.test(parsed(text).host), {
      error: 'has a host with characters that no host has: remove quotes and the like',
      abort: true,
    })
    .superRefine((text, context) => {
      const message = problemOfDatabase(parsed(text));
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    });

export const smtpUrl = () =>
  connectionUrl(/^smtps?:\/\//, 'must be an address that starts with smtp:// or smtps://').refine(
    (text) => /^smtps?:\/\/(?:.*@)?[^@/?]+/.test(text),
    'names no host: smtp://user:password@host:587',
  );

/** An address with credentials in it. A message never repeats any of it: a password may be in the wrong place. */
function connectionUrl(protocol: RegExp, expected: string) {
  return z
    .string()
    .regex(protocol, { error: expected, abort: true })
    .refine((text) => !/\s/.test(text), {
      error: 'contains spaces or line ends: remove them, or write a space as %20',
      abort: true,
    })
    .refine((text) => !hostsOf(text).includes(','), {
      error: 'names several hosts: name one, or an address that leads to the primary',
      abort: true,
    })
    .refine((text) => isReadable(text), { error: ENCODE, abort: true });
}

/** Host and port, without the credentials; possibly several hosts, which `URL` cannot parse. */
function hostsOf(text: string): string {
  const [authority = ''] = text.slice(text.indexOf('//') + 2).split(/[/?#]/, 1);
  return authority.slice(authority.lastIndexOf('@') + 1);
}

/** A host may be absent, or be in the query: a folder of sockets. */
const complete = (text: string): string => text.replace('@/', '@localhost/');
const parsed = (text: string): URL => new URL(complete(text));

function problemOfDatabase({ pathname }: URL): string | undefined {
  const name = pathname.slice(1);
  if (name === '') return 'names no database: end it with /DATABASE, as in postgresql://host:5432/database';
  if (name.includes('/'))
    return 'must have one name behind the host, /DATABASE: a / in a name is written as %2F';
  return decodeURIComponent(name).includes('\0') ? 'contains the character NUL (%00): remove it' : undefined;
}

/**
 * Whether the address is parsed as intended: a `/`, `?` or `#` in a password ends the host early, and the rest may well
 * be the valid address of another host.
 */
function isReadable(text: string): boolean {
  if (!URL.canParse(complete(text))) return false;
  const url = parsed(text);
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
