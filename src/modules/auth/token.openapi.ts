import { ApiProblems } from '../../platform/http/api-problem.decorator.js';

/** Documents the refusals of a route that requires a token. */
export const ApiTokenProblems = (): MethodDecorator & ClassDecorator =>
  ApiProblems({
    token_missing: 'No bearer token was sent.',
    token_invalid: 'The token was not issued here, was modified, or its account was closed.',
    token_expired: 'The token has expired.',
    token_revoked: 'The token was revoked.',
  });
