export interface ErrorBody {
  type: 'invalid_request_error' | 'idempotency_error' | 'api_error' | 'card_error';
  message: string;
  code?: string;
  /** Why a card was refused. */
  decline_code?: string;
  param?: string;
}

/** An answer that is an error in Stripe's shape. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    readonly headers: Record<string, string> = {},
  ) {
    super(body.message);
    this.name = 'ApiError';
  }
}

/** The JSON that carries an error: with a link to its code's documentation, as Stripe sends it. */
export function errorJson(body: ErrorBody): object {
  const { code, decline_code, message, param, type } = body;
  return {
    error: {
      ...(code && { code, doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` }),
      ...(decline_code && { decline_code }),
      message,
      ...(param && { param }),
      type,
    },
  };
}

/** An error as `/v2` answers it: its `code` says what it is about. */
export function errorJsonV2({ code, message, type }: ErrorBody): object {
  return { error: { code: code ?? 'invalid_fields', message, type } };
}

/** `/v2` does not repeat the id that it does not know. */
export function notFound(): ApiError {
  const message = "The resource wasn't found.";
  return new ApiError(404, { type: 'invalid_request_error', code: 'not_found', message });
}

/** 400 about one parameter. Many of Stripe's refusals have no `code`: leave it out then. */
export function invalid(message: string, param?: string, code?: string): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    message,
    ...(param !== undefined && { param }),
    ...(code !== undefined && { code }),
  });
}

export function missing(param: string): ApiError {
  return invalid(`Missing required param: ${param}.`, param, 'parameter_missing');
}

/** The object that the URL names does not exist. `noun` as Stripe writes it: `customer`, `meter`. */
export function noSuchResource(noun: string, id: string, param = 'id'): ApiError {
  return new ApiError(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${noun}: '${id}'`,
    param,
  });
}

/** An object that a parameter names does not exist: 400, where the URL's own object gives 404. */
export function noSuchReference(noun: string, id: string, param: string): ApiError {
  return invalid(`No such ${noun}: '${id}'`, param, 'resource_missing');
}

export function unrecognizedUrl(method: string, path: string): ApiError {
  return new ApiError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}).`,
  });
}

/** What an injected fault of that status answers. */
export function errorOfStatus(status: number): object {
  if (status === 429) return errorJson(rateLimited('global-rate').body);
  if (status >= 500) return errorJson({ type: 'api_error', message: 'An unknown error occurred' });
  return errorJson({ type: 'invalid_request_error', message: `The sandbox was told to answer ${status}.` });
}

/** 429. The header says which limit it was. */
export function rateLimited(reason: 'global-rate' | 'endpoint-rate'): ApiError {
  return new ApiError(
    429,
    {
      type: 'invalid_request_error',
      code: 'rate_limit',
      message: 'Request rate limit exceeded. Learn more at https://stripe.com/docs/rate-limits.',
    },
    { 'stripe-rate-limited-reason': reason },
  );
}

/** 429 that is no limit: it has no `Stripe-Rate-Limited-Reason`. */
export function lockTimeout(): ApiError {
  return new ApiError(429, {
    type: 'invalid_request_error',
    code: 'lock_timeout',
    message:
      'This object cannot be accessed right now because another API request or Stripe process is currently accessing it.',
  });
}
