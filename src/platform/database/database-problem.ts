/** Why a database cannot be used, for its operator: what is wrong and what to do, without addresses or credentials. */
export interface DatabaseProblem {
  message: string;
  /** It lasts until the settings or the server are changed: trying again is of no use. */
  permanent: boolean;
}

/** Node's error codes for certificates and TLS. */
export const TLS_CODES =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|EPROTO)$/;

/** Errors of the server, a pooler or TLS: by code, and by message where the code is not specific. First match. */
const PERMANENT: readonly { code: RegExp; words?: RegExp; message: string }[] = [
  {
    code: /^28000$/,
    words: /pg_hba\.conf/,
    message:
      'PostgreSQL does not admit this user from this machine, or with TLS only: see its pg_hba.conf, and sslmode in DATABASE_URL.',
  },
  {
    code: /^28/,
    message: 'PostgreSQL refuses the user or the password in DATABASE_URL: correct them.',
  },
  {
    code: /^08P01$/,
    words: /no such user|authentication failed/i,
    message: 'The pooler refuses the user or the password in DATABASE_URL: correct them.',
  },
  {
    code: /^(3D000|08P01)$/,
    words: /does not exist|no such database/i,
    message: 'The database that DATABASE_URL names does not exist: create it, or correct the name.',
  },
  {
    code: /^08P01$/,
    words: /unsupported startup parameter/i,
    message:
      'The pooler refuses a parameter in the query of DATABASE_URL: take it out, or name it in ignore_startup_parameters of PgBouncer.',
  },
  {
    code: /^42501$/,
    message:
      'The user in DATABASE_URL has too few rights: it must own the database, or may create schemas in it and tables in its schema public.',
  },
  {
    code: /^(ENOENT|EACCES|EISDIR)$/,
    words: /, (open|read)\b/,
    message:
      'A file that DATABASE_URL names (sslrootcert, sslcert or sslkey) cannot be read: correct its path or rights.',
  },
  {
    code: /^(EPROTO|ERR_SSL_\w+)$/,
    message:
      'The database and Farebox do not agree on TLS: see sslmode in DATABASE_URL, and the versions that the server takes.',
  },
  {
    code: TLS_CODES,
    message:
      "The database's TLS certificate cannot be trusted: name its authority in DATABASE_URL (sslrootcert=…), or correct the host.",
  },
  {
    code: /^$/,
    words: /does not support SSL/i,
    message: 'The database does not offer TLS: set sslmode=disable in DATABASE_URL, or switch TLS on there.',
  },
];

/** States of a server that can be reached. */
const TRANSIENT: Readonly<Record<string, string>> = {
  '57P03': 'PostgreSQL is starting up or shutting down.',
  '53300': 'PostgreSQL has no connection left: raise its max_connections, or lower DATABASE_POOL_SIZE.',
  '25006': 'PostgreSQL is read-only, as a standby is: DATABASE_URL must lead to the primary.',
};

/** @returns `undefined` for an error that is not about the connection to the database. */
export function describeDatabaseProblem(error: unknown): DatabaseProblem | undefined {
  for (const { code, text } of causesOf(error)) {
    const permanent = PERMANENT.find((known) => known.code.test(code) && (known.words?.test(text) ?? true));
    if (permanent) return { message: permanent.message, permanent: true };
    const message = TRANSIENT[code];
    if (message !== undefined) return { message, permanent: false };
  }
  return undefined;
}

function* causesOf(error: unknown): Iterable<{ code: string; text: string }> {
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 8;
    current = current.cause, depth++
  ) {
    yield { code: String((current as NodeJS.ErrnoException).code ?? ''), text: current.message };
    if (current instanceof AggregateError)
      for (const one of current.errors as unknown[]) yield* causesOf(one);
  }
}
