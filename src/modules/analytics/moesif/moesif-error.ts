/** How `moesif-nodejs` and `moesifapi` report failures. `errorResponse` is left out: it may quote the request. */
export interface MoesifFailure {
  errorMessage?: string;
  errorCode?: string | number;
}

export class MoesifError extends Error {
  override name = 'MoesifError';

  constructor(failure: MoesifFailure | Error) {
    const { errorMessage, errorCode } = failure as MoesifFailure;
    super(`Moesif did not take it: ${errorMessage ?? 'no reason given'} (${errorCode ?? 'no code'})`);
  }
}
