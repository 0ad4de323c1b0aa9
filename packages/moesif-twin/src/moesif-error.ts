/** Body of every refusal. The SDKs read only the status, so this is for people. */
export interface MoesifErrorBody {
  moesif_error: { code: string; msg: string };
}

const codes: Record<number, string> = {
  400: 'illegal_argument_error',
  401: 'unauthorized_error',
  404: 'not_found_error',
  413: 'payload_too_large_error',
  415: 'unsupported_media_type_error',
  429: 'rate_limit_error',
};

/** The twin's error body for a status. */
export function moesifErrorBody(status: number, msg = `HTTP status ${status}`): MoesifErrorBody {
  return { moesif_error: { code: codes[status] ?? 'server_error', msg } };
}

/** A request that the collector refuses. The message names fields and never holds their values. */
export class MoesifError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}
